"""The log on Kafka."""

from foldline.log.kafka.log import KafkaLog

__all__ = ["KafkaLog"]
