"""The models: each a frozen dataclass whose fields are its parameters."""
