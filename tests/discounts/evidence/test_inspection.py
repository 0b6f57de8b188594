"""PDFs are opened by a child process: what is good comes through, what is not is refused, whatever it does."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from discounts.evidence import inspection
from discounts.evidence.inspection import Inspected, Limits, NotOpened, inspect, merge, render_page
from discounts.evidence.reading import read
from discounts.evidence.refusals import Refusal
from discounts.papers import Paper
from tests.discounts.evidence import handmade, hostile

ROOT = Path(__file__).parents[3]
SAMPLES = Path(__file__).parent / "samples"
MEGABYTE = 1024 * 1024
LIMITS = Limits(bytes=10 * MEGABYTE, pages=40, seconds=20, memory=512 * MEGABYTE)


def inspected(content: bytes) -> Inspected:
    found = inspect(content, limits=LIMITS)
    assert isinstance(found, Inspected), found
    return found


def sample(name: str) -> Inspected:
    return inspected((SAMPLES / f"{name}.pdf").read_bytes())


# --- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", hostile.FILES)
def test_hostile_files_are_refused_each_for_its_reason(name: str) -> None:
    make, refusal = hostile.FILES[name]
    assert inspect(make(), limits=LIMITS) == refusal


def test_every_reason_has_its_file_and_a_text_of_its_own() -> None:
    assert {refusal for _, refusal in hostile.FILES.values()} == set(Refusal)
    assert len({refusal.label for refusal in Refusal}) == len(Refusal)
    assert all(str(refusal.label).endswith("ください。") for refusal in Refusal)


def test_2000_damaged_files_crash_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.discounts.evidence.mutated", "20270115", "2000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.defpath, "LANG": "C.UTF-8"},
    )
    counts = [int(pair.partition("=")[2]) for pair in done.stdout.split()]
    assert sum(counts) == 2000
    assert len(counts) > 2, "some are taken, some are refused"


def test_a_child_that_takes_too_long_or_too_much_or_dies_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = (SAMPLES / "form5_only.pdf").read_bytes()
    assert inspect(content, limits=replace(LIMITS, seconds=0.01)) == Refusal.TOO_COMPLICATED
    assert inspect(content, limits=replace(LIMITS, memory=24 * MEGABYTE)) == Refusal.TOO_COMPLICATED
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert inspect(content, limits=LIMITS) == Refusal.TOO_COMPLICATED
    with pytest.raises(NotOpened):
        merge([content], limits=LIMITS)


def test_the_child_binds_itself_before_it_reads() -> None:
    """Asked to allow itself a hundred gigabytes, it inspects with less than 200 MB."""
    ask = (
        "import resource, sys\n"
        "from discounts.evidence.inspector.__main__ import main\n"
        "main('inspect', f'1000:7.5:{10**11}', '40')\n"
        "print([resource.getrlimit(getattr(resource, 'RLIMIT_' + name)) for name in sys.argv[1:]])"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask, "AS", "CPU", "NOFILE", "CORE", "FSIZE"],
        cwd=ROOT,
        input=b"",
        capture_output=True,
        check=True,
    )
    answer = 4 * 1000 + 16 * MEGABYTE
    bounds = [192 * MEGABYTE, 8, 32, 0, answer]
    assert done.stdout.splitlines()[1].decode() == str([(bound, bound) for bound in bounds])


def test_more_memory_than_allowed_is_not_to_be_had() -> None:
    take = (
        "from discounts.evidence.inspector.__main__ import limit\n"
        f"limit(seconds=5, memory={192 * MEGABYTE}, answer=0)\n"
        f"bytearray({200 * MEGABYTE})"
    )
    done = subprocess.run([sys.executable, "-c", take], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr.rstrip().endswith("MemoryError")


def test_a_child_that_writes_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As one would that was taken over by a file: the answer is bounded where the child cannot change it."""
    endless = tmp_path / "endless"
    limits = f"seconds=9, memory={192 * MEGABYTE}, answer={MEGABYTE}"
    endless.write_text(
        f"#!{sys.executable}\nimport sys; sys.path.insert(0, {str(ROOT)!r})\n"
        f"from discounts.evidence.inspector.__main__ import limit; limit({limits})\n"
        f"while True: sys.stdout.buffer.write(bytes({MEGABYTE}))\n"
    )
    endless.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(endless))
    assert inspect(b"%PDF-", limits=LIMITS) == Refusal.TOO_COMPLICATED


def test_a_child_that_babbles_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "_run", lambda *given: b"not json\n%PDF-")
    assert inspect(b"%PDF-", limits=LIMITS) == Refusal.TOO_COMPLICATED


def test_the_child_is_told_nothing_of_the_portal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No secret of the environment reaches the process that opens other people's files."""
    seen: dict[str, str] = {}
    real = subprocess.Popen

    def popen(*given: object, env: dict[str, str], **options: object) -> object:
        seen.update(env)
        return real(*given, env=env, **options)  # type: ignore[call-overload]

    monkeypatch.setenv("DJANGO_SECRET_KEY", "x")
    monkeypatch.setattr(subprocess, "Popen", popen)
    sample("form5_only")
    assert set(seen) == {"PATH", "LANG"}


# --- what is taken -----------------------------------------------------------------------------------------

READ: list[tuple[str, list[Paper], dict[str, object]]] = [
    ("registry_certificate", [Paper.REGISTRY], {"issued_on": date(2026, 12, 10), "capital": 98_000_000}),
    ("financial_statement", [Paper.STATEMENT], {}),
    ("form5_only", [Paper.FORM5], {"headcount": 214}),
    ("form5_with_labour_insurance", [Paper.FORM5, Paper.LABOUR], {"headcount": 214}),
    ("form5_with_income_tax", [Paper.FORM5, Paper.INCOME_TAX], {"headcount": 214}),
    ("labour_insurance_only", [Paper.LABOUR], {"headcount": 214}),
    ("group_certificate", [Paper.CERTIFICATE], {"expires_on": date(2027, 3, 31)}),
    ("group_dues", [Paper.DUES], {}),
]


@pytest.mark.parametrize(("name", "papers", "facts"), READ, ids=[name for name, *_ in READ])
def test_the_samples_are_told_apart_and_read(
    name: str, papers: list[Paper], facts: dict[str, object]
) -> None:
    reading = read(sample(name).texts)
    assert [each.paper for each in reading.papers] == papers
    assert {fact: getattr(reading.papers[0], fact) for fact in facts} == facts
    assert any(each.mentions("株式会社青葉精機") for each in reading.papers)


@pytest.mark.parametrize("name", [name for name, *_ in READ])
def test_the_sanitised_copy_says_the_same_and_is_clean(name: str) -> None:
    once = sample(name)
    again = inspected(once.sanitised)
    assert (again.pages, again.texts) == (once.pages, once.texts)


def test_a_page_without_a_text_layer_has_no_text() -> None:
    assert inspected(hostile.pages(3)) == replace(inspected(hostile.pages(3)), pages=3, texts=("", "", ""))


def cleaned(change: Callable[[Pdf], object]) -> Pdf:
    return pikepdf.open(io.BytesIO(inspected(handmade.changed(change)).sanitised))


def test_links_notes_and_metadata_are_left_behind() -> None:
    def change(pdf: Pdf) -> None:
        link = Dictionary(
            Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=Dictionary(S=Name.URI, URI=String("http://x"))
        )
        pdf.pages[0].Annots = Array([pdf.make_indirect(link)])
        pdf.Root.Metadata = pdf.make_stream(b"<x:xmpmeta/>")
        pdf.docinfo["/Author"] = String("somebody")
        pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])

    with cleaned(change) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
        assert set(pdf.pages[0].keys()) <= {"/Type", "/Parent", "/Contents", "/Resources", "/MediaBox"}
        assert b"http" not in b"".join(item.unparse(resolved=True) for item in pdf.objects)
        assert not pdf.docinfo


def test_what_was_typed_into_a_form_stays_on_the_page() -> None:
    def change(pdf: Pdf) -> None:
        shown = pdf.make_stream(b"BT /F 12 Tf 2 2 Td (214) Tj ET")
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        shown.update(
            Dictionary(
                Type=Name.XObject,
                Subtype=Name.Form,
                BBox=Array([0, 0, 90, 20]),
                Resources=Dictionary(Font=Dictionary(F=font)),
            )
        )
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=String("headcount"),
                V=String("214"),
                Rect=Array([100, 700, 190, 720]),
                AP=Dictionary(N=shown),
                F=4,
            )
        )
        pdf.pages[0].Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))

    found = inspected(handmade.changed(change))
    assert "214" in found.texts[0]


def test_what_a_page_inherits_comes_along() -> None:
    """Size and turn may stand at the node above the page."""
    above = b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 300 400] /Rotate 90 >>"
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>"
    found = inspected(handmade.raw_pdf(handmade.CATALOGUE, above, page, handmade.stream(b"BT ET")))
    with pikepdf.open(io.BytesIO(found.sanitised)) as pdf:
        assert [int(side) for side in pdf.pages[0].MediaBox] == [0, 0, 300, 400]
        assert int(pdf.pages[0].Rotate) == 90


@pytest.mark.parametrize("lead", [b"", b"\xef\xbb\xbf", b"\r\n"], ids=["none", "BOM", "blank line"])
@pytest.mark.parametrize("tail", [b"", b"\r\n\r\n", b"\0" * 600], ids=["none", "blank lines", "padding"])
def test_harmless_edges_are_no_reason(lead: bytes, tail: bytes) -> None:
    assert inspected(lead + handmade.good() + tail).pages == 1


def test_pages_that_a_browser_tagged_are_not_too_complicated() -> None:
    """Thirty pages of tables, saved by a browser, come with some 23,000 notes of what is a cell of what."""
    cell = (
        b"<< /Type /StructElem /S /TD /P 2 0 R /Pg 3 0 R /K [6 0 R 7 0 R]"
        b" /A [<< /O /Table /Headers [] >> << /O /Table /RowSpan 1 >> << /O /Table /ColSpan 1 >>] >>"
    )
    page = (handmade.CATALOGUE, handmade.ONE_PAGE, handmade.PAGE, handmade.stream(b"BT ET"))
    assert inspected(handmade.raw_pdf(*page, *[cell] * 23_000)).pages == 1


def test_a_form_that_is_drawn_a_few_times_is_a_letterhead() -> None:
    page = handmade.PAGE.replace(b"/Contents", b"/Resources << /XObject << /X 5 0 R >> >> /Contents")
    form = handmade.stream(b"0 0 m 9 9 l S", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    content = handmade.stream(b"/X Do " * 20)
    assert inspected(handmade.raw_pdf(handmade.CATALOGUE, handmade.ONE_PAGE, page, content, form)).pages == 1


def test_a_picture_of_a_large_scan_is_no_bomb() -> None:
    """A3 in colour at 300 dpi, nearly white: it deflates a thousandfold."""

    def change(pdf: Pdf) -> None:
        picture = pdf.make_stream(bytes(3508 * 4961 * 3))
        picture.update(
            Dictionary(
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=3508,
                Height=4961,
                BitsPerComponent=8,
                ColorSpace=Name.DeviceRGB,
            )
        )
        pdf.pages[0].Resources = Dictionary(XObject=Dictionary(I=picture))

    assert inspected(handmade.changed(change, compress_streams=True)).pages == 1


# --- several in one, and pictures --------------------------------------------------------------------------


def test_files_are_merged_in_their_order() -> None:
    form5, labour = sample("form5_only"), sample("labour_insurance_only")
    both = inspected(merge([labour.sanitised, form5.sanitised], limits=LIMITS))
    assert both.texts == (*labour.texts, *form5.texts)


def test_a_page_becomes_a_picture_of_the_width_asked_for() -> None:
    pdf = sample("form5_with_labour_insurance").sanitised
    first, second = (
        Image.open(io.BytesIO(render_page(pdf, page=page, width=600, limits=LIMITS))) for page in (1, 2)
    )
    assert (first.format, first.width) == ("PNG", 600)
    assert first.tobytes() != second.tobytes()
    darkest, lightest = first.convert("L").getextrema()
    assert darkest < 10 < 250 < lightest, "black on white"


def test_there_is_no_picture_of_a_page_that_is_not_there() -> None:
    with pytest.raises(NotOpened):
        render_page(sample("form5_only").sanitised, page=2, width=600, limits=LIMITS)


def test_a_page_of_ten_metres_becomes_a_picture_of_bounded_size() -> None:
    page = handmade.PAGE.replace(b"[0 0 595 842]", b"[0 0 20 28000]")
    pdf = inspected(handmade.raw_pdf(handmade.CATALOGUE, handmade.ONE_PAGE, page, handmade.stream(b"BT ET")))
    picture = Image.open(io.BytesIO(render_page(pdf.sanitised, page=1, width=1200, limits=LIMITS)))
    assert picture.width * picture.height <= 8_100_000
