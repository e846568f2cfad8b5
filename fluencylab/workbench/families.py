"""Which family a model is of, by its name: a model judges the answers of its own family too kindly.

family("gpt-4.1-mini")                          "gpt"
family("bartowski/Llama-3.2-3B-Instruct-GGUF")  "llama"
family("SmolLM2 135M Instruct")                 "smollm"
"""

import re

_KIN = {
    "chatgpt": "gpt", "davinci": "gpt", "o": "gpt", "codex": "gpt", "mixtral": "mistral", "ministral": "mistral", "codestral": "mistral",
    "magistral": "mistral", "devstral": "mistral", "pixtral": "mistral", "qwq": "qwen", "qvq": "qwen", "tinyllama": "llama",
    "codellama": "llama", "opus": "claude", "sonnet": "claude", "haiku": "claude", "gemma": "gemini", "codegemma": "gemini",
}  # fmt: skip
"""Other names of a family, and Gemma and Gemini, which one house makes of the same stuff."""
_PASSED_OVER = {"meta", "models", "openai", "anthropic", "google", "microsoft", "instruct", "the", "my", "azure", "bedrock", "us", "eu"}


def family(name: str) -> str:
    """ "" where its name tells nothing."""
    words = re.findall(r"[^\W\d_]+", name.rpartition("/")[2].casefold())
    found = next((word for word in words if word not in _PASSED_OVER), "")
    return _KIN.get(found, found)


def same_family(name: str, other: str) -> bool:
    return bool(family(name)) and family(name) == family(other)
