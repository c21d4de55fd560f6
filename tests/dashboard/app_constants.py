"""Words that the fixtures and the tests of the dashboard share."""

PASSWORD = "a password of tests"
PRIVATE = "Words that only staff may read"
ROUTER = "..page.children...page-head.data.."
