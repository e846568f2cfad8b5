"""What the measures of the latency lab are called wherever they are shown; `results/words.py` reads it."""

MEASURES = {
    "ttft_ms": "milliseconds to the first token",
    "ttft_ms@": "milliseconds to the first token, prompt of {} tokens",
    "tps": "tokens a second",
    "ttlt_ms": "milliseconds to the last token",
    "ttlt_ms@": "milliseconds to the last token, answer of {} tokens",
    "blank_share": "share of the wait before the first word",
    "blank_share@": "share of the wait before the first word, answer of {} tokens",
    "reader_times": "how many times as fast as a reader it writes",
    "reading_share@": "share of the wait spent reading a prompt of {} tokens",
    "ttft_growth": "first token with the longest prompt, times as late",
    "tps_kept": "speed of writing with the longest prompt, against the shortest",
    "prefill_per_1000": "seconds to the first token for each 1,000 tokens of prompt",
    "ttlt_growth": "whole wait with the longest answer, times as long",
    "ttft_kept": "first token with the longest answer, against the shortest",
    "rule_error": "by how much the rule misses a wait",
    "p50_ttft@": "seconds to the first token of the middle call, {} at once",
    "p95_ttft@": "seconds to the first token within which 95 of 100 are, {} at once",
    "speed_share@": "speed of writing against a call alone, {} at once",
    "served_soon@": "first token within twice the wait of a call alone, {} at once",
    "p95_growth": "slowest first tokens with most calls, times as late",
    "throughput_gain": "all calls together, times as many tokens a second",
    "cached_share@": "share of the prompt read before, what changes stands at the {}",
    "cache_gain": "share of the first wait saved",
}
VARIANTS: dict[str, str] = {}
