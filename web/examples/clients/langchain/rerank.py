import os
import sys

from langchain_cohere import CohereRerank
from langchain_core.documents import Document

query = sys.argv[1] if len(sys.argv) > 1 else "how late is the museum open on Fridays?"
documents = [
    Document("The museum shop sells posters, and prints on request."),
    Document("On Fridays the museum is open until two in the afternoon."),
    Document("The tram to the museum runs every ten minutes."),
    Document("ביום שישי המוזיאון פתוח עד שתיים בצהריים."),
]

compressor = CohereRerank(
    base_url=os.environ.get("SPLITRANK_URL", "http://localhost:8000"),
    cohere_api_key=os.environ.get("SPLITRANK_API_KEY", "none"),
    model="rerank-v3.5",
    top_n=2,
)
for document in compressor.compress_documents(documents, query):
    print(document.page_content)
