"""Constants shared by the fixtures and tests of the dashboard."""

PASSWORD = "a password of tests"
PRIVATE = "Words that only staff may read"
ROUTER = "..page-top.children...page.children...page-head.data.."
