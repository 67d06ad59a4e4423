import os
import sys

from llama_index.core.schema import NodeWithScore, TextNode
from llama_index.postprocessor.jinaai_rerank import JinaRerank

query = sys.argv[1] if len(sys.argv) > 1 else "how late is the museum open on Fridays?"
nodes = [
    NodeWithScore(node=TextNode(text=text))
    for text in [
        "The museum shop sells posters, and prints on request.",
        "On Fridays the museum is open until two in the afternoon.",
        "The tram to the museum runs every ten minutes.",
        "ביום שישי המוזיאון פתוח עד שתיים בצהריים.",
    ]
]

postprocessor = JinaRerank(
    base_url=os.environ.get("SPLITRANK_URL", "http://localhost:8000") + "/v1",
    api_key=os.environ.get("SPLITRANK_API_KEY", "none"),
    model="jina-reranker-v2-base-multilingual",
    top_n=2,
)
for found in postprocessor.postprocess_nodes(nodes, query_str=query):
    print(found.node.get_content())
