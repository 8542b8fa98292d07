"""Event-sourced services made of small functions over a Kafka log."""
