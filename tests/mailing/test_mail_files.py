"""The embedded default: mail in files."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from pytest_django import Settings

from mailing.sending import Delivery, deliver_due
from tests.mailing.letters import NOW, queue_notices

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("notice")
def test_a_mail_is_a_file_named_by_its_id(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "mailing.mail_files.MailFilesBackend"
    settings.MAIL_FILES_DIR = tmp_path / "mails"
    messages = queue_notices(2)
    assert deliver_due(now=NOW) == Delivery(sent=2)
    files = {path.name: path for path in settings.MAIL_FILES_DIR.iterdir()}
    assert set(files) == {f"{message.message_id.strip('<>')}.eml" for message in messages}
    read = message_from_bytes(files[f"{messages[0].id}@localhost.eml"].read_bytes(), policy=default)
    assert read["To"] == "member1@example.jp"
    assert read["Subject"] == "【JAIM】退会手続完了のお知らせ（退会）"
