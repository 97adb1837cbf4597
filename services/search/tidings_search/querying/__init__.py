"""The query language: what people type, read into conditions, and these into Elasticsearch's
clauses. Lucene's syntax by luqum; what a word or a field means is decided here."""
