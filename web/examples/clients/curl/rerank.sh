#!/bin/sh
curl -sS --fail-with-body "${SPLITRANK_URL:-http://localhost:8000}/rerank" \
	-H 'Content-Type: application/json' \
	-H "Authorization: Bearer ${SPLITRANK_API_KEY:-none}" \
	-d '{
  "query": "how late is the museum open on Fridays?",
  "documents": [
    "The museum shop sells posters, and prints on request.",
    "On Fridays the museum is open until two in the afternoon.",
    "The tram to the museum runs every ten minutes.",
    "ביום שישי המוזיאון פתוח עד שתיים בצהריים."
  ],
  "top_k": 2,
  "return_documents": true
}'
