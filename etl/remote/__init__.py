"""Other services that this system calls: HTTP, Telegram, mail servers, webhooks and field data platforms."""
