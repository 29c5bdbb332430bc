"""Keys of services that run models, search and vectors."""

from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.secrets.form import keyed, token

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

RECOGNIZERS: tuple[Recognizer, ...] = (
    token(
        "openai_key",
        "sk-",
        "(?:proj-|svcacct-|admin-|None-)?[A-Za-z0-9_-]{32,255}",
        trigger="sk-[A-Za-z0-9_-]{32}",
    ),
    token("deepseek_key", "sk-", "[a-f0-9]{32}"),
    token("anthropic_key", "sk-ant-", "[A-Za-z0-9_-]{24,255}"),
    token("google_gemini_key", r"AQ\.Ab", "[A-Za-z0-9_-]{40,80}"),
    token(
        "huggingface_token",
        "(?:hf_|api_org_)",
        "[A-Za-z]{34}",
        check=lambda value: None if any(map(str.isdigit, value)) else True,
    ),
    token("replicate_token", "r8_", "[A-Za-z0-9]{37}"),
    token("groq_key", "gsk_", "[A-Za-z0-9]{52}"),
    token("xai_key", "xai-", "[A-Za-z0-9]{80}"),
    token("perplexity_key", "pplx-", "[A-Za-z0-9]{48}"),
    token("openrouter_key", "sk-or-v1-", "[a-f0-9]{64}"),
    token("langfuse_key", "sk-lf-", _UUID),
    token("langsmith_key", "lsv2_(?:pt|sk)_", "[a-f0-9]{32}_[a-f0-9]{10}"),
    token("pinecone_key", "pcsk_", "[A-Za-z0-9]{5,8}_[A-Za-z0-9]{50,80}"),
    token("nvidia_key", "nvapi-", "[A-Za-z0-9_-]{60,70}"),
    token("cerebras_key", "csk-", "[a-z0-9]{48}"),
    token("fireworks_key", "fw_", "[A-Za-z0-9]{22,24}"),
    token("together_key", "tgp_v1_", "[A-Za-z0-9_-]{43}"),
    token("voyage_key", "pa-", "[A-Za-z0-9_-]{43}"),
    token("jina_key", "jina_", "[a-f0-9]{32}[A-Za-z0-9_-]{28}"),
    token("tavily_key", "tvly-", "(?:dev-|prod-)?[A-Za-z0-9]{32}"),
    keyed("firecrawl_key", "firecrawl", "fc-[a-f0-9]{32}"),
    token("e2b_key", "e2b_", "[a-f0-9]{40}"),
    token("elevenlabs_key", "sk_", "[a-f0-9]{48}"),
    keyed("mistral_key", "mistral", "[A-Za-z0-9]{32}"),
    keyed("cohere_key", "(?:cohere|co)[-_]api", "[A-Za-z0-9]{40}"),
    keyed("deepgram_key", "deepgram", "[a-f0-9]{40}"),
    keyed("assemblyai_key", "assembly[-_]?ai", "[a-f0-9]{32}"),
    keyed("wandb_key", "(?:wandb|weights[-_]?(?:and|&)?[-_]?biases)", "[a-f0-9]{40}"),
)
