// The measure of all: parses the same JSON in plain JavaScript and echoes it.
export default {
  async fetch(request) {
    return Response.json(await request.json());
  },
};
