import os
import sys

import cohere

query = sys.argv[1] if len(sys.argv) > 1 else "how late is the museum open on Fridays?"
documents = [
    "The museum shop sells posters, and prints on request.",
    "On Fridays the museum is open until two in the afternoon.",
    "The tram to the museum runs every ten minutes.",
    "ביום שישי המוזיאון פתוח עד שתיים בצהריים.",
]

client = cohere.ClientV2(
    base_url=os.environ.get("SPLITRANK_URL", "http://localhost:8000"),
    api_key=os.environ.get("SPLITRANK_API_KEY", "none"),
)
answer = client.rerank(model="rerank-v3.5", query=query, documents=documents, top_n=2)
for result in answer.results:
    print(documents[result.index])
