"""What runs an application elsewhere: files for other systems, made of topics.yaml, and images."""
