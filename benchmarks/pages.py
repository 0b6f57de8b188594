"""The pages that are measured, by their names in the report; ``benchmarks.data.visits`` knows how to open them."""

HOME = "my-page home"
BARE_HOME = "bare view"
RENEWALS = "renewal list"
PLAIN_LIST = "stock changelist"

PAGES = (
    HOME,
    "home after answering",
    "choice",
    "unchanged confirmation",
    "withdrawal",
    "receipt",
    "messages",
    "registered data",
    "overview of ten establishments",
    "answering for many",
    "admin: today",
    RENEWALS,
    "renewal list, by status",
    "renewal list, searched by member number",
    "application page",
    "campaign page",
    "establishments list",
    "outbox list",
    "audit list",
)
