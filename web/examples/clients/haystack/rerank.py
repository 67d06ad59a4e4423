import os
import sys

from haystack import Document
from haystack.utils import Secret
from haystack_integrations.components.rankers.jina import JinaRanker

query = sys.argv[1] if len(sys.argv) > 1 else "how late is the museum open on Fridays?"
documents = [
    Document(content="The museum shop sells posters, and prints on request."),
    Document(content="On Fridays the museum is open until two in the afternoon."),
    Document(content="The tram to the museum runs every ten minutes."),
    Document(content="ביום שישי המוזיאון פתוח עד שתיים בצהריים."),
]

ranker = JinaRanker(
    base_url=os.environ.get("SPLITRANK_URL", "http://localhost:8000") + "/v1/rerank",
    api_key=Secret.from_token(os.environ.get("SPLITRANK_API_KEY", "none")),
    top_k=2,
)
for document in ranker.run(query=query, documents=documents)["documents"]:
    print(document.content)
