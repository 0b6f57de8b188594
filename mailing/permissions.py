"""Who may send mail by hand. ``jaim_portal.roles`` says which role holds it."""

SEND_MAIL = "mailing.send"
