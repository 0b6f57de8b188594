from django.db import migrations

from audit.append_only import unchangeable

TEXTS = {
    "registry": (
        "会社の名称や資本金の額が載っている、法務局の証明書です。商業登記簿謄本ともいいます。"
        "発行日から3か月以内のものを提出してください。",
        "法務局の窓口、または「登記・供託オンライン申請システム」で請求できます。",
    ),
    "statement": (
        "直近の決算書です。決算期と資本金の額が分かるページを提出してください。"
        "表紙など、法人名が分かるページも必要です。",
        "社内の経理担当、または顧問の税理士にお尋ねください。",
    ),
    "form5": (
        "常時使用する従業員の数を、ご自身で証明する書類です。JAIMの様式を使ってください。"
        "この書類だけでは証明になりません。労働保険の申告書か、所得税徴収高計算書の写しと一緒に提出してください。",
        "JAIMのWebサイトの「様式・テンプレート」にあります。",
    ),
    "labour": (
        "労働保険料を申告した書類の写しです。自社の分だけで構いません。様式5と一緒に提出してください。",
        "社内の人事・労務担当、または顧問の社会保険労務士にお尋ねください。",
    ),
    "income_tax": (
        "源泉所得税を納めた書類の写しです。給与を支払った人数が載っています。自社の分だけで構いません。"
        "様式5と一緒に提出してください。",
        "社内の経理担当、または顧問の税理士にお尋ねください。",
    ),
    "certificate": (
        "所属している団体が発行した、正式な会員証です。提出する日に有効なものを提出してください。"
        "在籍証明書や入会の申込書では受け付けられません。",
        "お手元にないときは、所属している団体にお問い合わせください。",
    ),
    "dues": (
        "所属している団体に会費を支払ったことが分かる書類です。領収書や振込の控えなどです。"
        "団体名、御社の名称、支払った日が分かるものを提出してください。",
        "社内の経理担当、または所属している団体にお問い合わせください。",
    ),
}

# Parts of sealed evidence stay as they were submitted, and a file is proof of its own establishment only.
POSTGRES = """
CREATE OR REPLACE FUNCTION refuse_change_of_sealed_evidence() RETURNS trigger AS $$
BEGIN
    IF OLD.sealed_at IS NOT NULL THEN
        RAISE EXCEPTION 'sealed evidence: % is refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER discounts_evidence_sealed BEFORE UPDATE OR DELETE ON discounts_evidence
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_sealed_evidence();

CREATE OR REPLACE FUNCTION refuse_change_of_sealed_parts() RETURNS trigger AS $$
DECLARE part discounts_evidencepart%ROWTYPE;
BEGIN
    IF TG_OP = 'DELETE' THEN part := OLD; ELSE part := NEW; END IF;
    IF EXISTS (SELECT 1 FROM discounts_evidence WHERE id = part.evidence_id AND sealed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'sealed evidence: % of a part is refused', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.evidence_id, OLD.file_id) IS DISTINCT FROM (NEW.evidence_id, NEW.file_id) THEN
        RAISE EXCEPTION 'a part stays with its file and its evidence'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'INSERT' AND NOT EXISTS (
        SELECT 1 FROM discounts_evidence e JOIN discounts_evidencefile f ON f.establishment_id = e.establishment_id
        WHERE e.id = NEW.evidence_id AND f.id = NEW.file_id
    ) THEN
        RAISE EXCEPTION 'a file is proof of its own establishment only'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN part;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER discounts_evidencepart_sealed BEFORE INSERT OR UPDATE OR DELETE ON discounts_evidencepart
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_sealed_parts();
"""
DROP_POSTGRES = """
DROP TRIGGER discounts_evidence_sealed ON discounts_evidence;
DROP TRIGGER discounts_evidencepart_sealed ON discounts_evidencepart;
"""
ALREADY_SEALED = (
    "EXISTS (SELECT 1 FROM discounts_evidence WHERE id = {part}.evidence_id AND sealed_at IS NOT NULL)"
)
SQLITE = {
    f"discounts_evidence_sealed_{event.lower()}": (
        f"BEFORE {event} ON discounts_evidence WHEN OLD.sealed_at IS NOT NULL "
        f"BEGIN SELECT RAISE(ABORT, 'sealed evidence: {event} is refused'); END"
    )
    for event in ("UPDATE", "DELETE")
} | {
    f"discounts_evidencepart_sealed_{event.lower()}": (
        f"BEFORE {event} ON discounts_evidencepart WHEN {ALREADY_SEALED.format(part=part)} "
        f"BEGIN SELECT RAISE(ABORT, 'sealed evidence: {event} of a part is refused'); END"
    )
    for event, part in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
}
SQLITE |= {
    "discounts_evidencepart_stays": (
        "BEFORE UPDATE ON discounts_evidencepart "
        "WHEN OLD.evidence_id <> NEW.evidence_id OR OLD.file_id <> NEW.file_id "
        "BEGIN SELECT RAISE(ABORT, 'a part stays with its file and its evidence'); END"
    ),
    "discounts_evidencepart_own_file": (
        "BEFORE INSERT ON discounts_evidencepart WHEN NOT EXISTS ("
        "SELECT 1 FROM discounts_evidence e "
        "JOIN discounts_evidencefile f ON f.establishment_id = e.establishment_id "
        "WHERE e.id = NEW.evidence_id AND f.id = NEW.file_id) "
        "BEGIN SELECT RAISE(ABORT, 'a file is proof of its own establishment only'); END"
    ),
}


def protect_sealed(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES, params=None)
        return
    for name, what in SQLITE.items():
        schema_editor.execute(f"CREATE TRIGGER {name} {what}", params=None)


def release_sealed(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP_POSTGRES, params=None)
        return
    for name in SQLITE:
        schema_editor.execute(f"DROP TRIGGER {name}", params=None)


def enter_texts(apps, schema_editor):
    """What the renewal manual (P.13 to P.16) and the questions and answers (2-3-4, 2-4-3, 2-4-4) say of each paper."""
    texts = apps.get_model("discounts", "PaperText").objects
    for paper, (about, where) in TEXTS.items():
        texts.get_or_create(paper=paper, defaults={"help": about, "where": where})


class Migration(migrations.Migration):
    dependencies = [("discounts", "0003_evidence")]
    operations = [
        unchangeable("discounts_evidencefile"),
        migrations.RunPython(protect_sealed, release_sealed),
        migrations.RunPython(enter_texts, migrations.RunPython.noop),
    ]
