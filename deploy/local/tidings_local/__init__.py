"""Real Kafka, real Elasticsearch and the services on one machine, without Docker."""
