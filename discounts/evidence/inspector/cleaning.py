"""The copy that people look at: pages, fonts and pictures, nothing else; and several copies made one."""

import io
from collections.abc import Sequence

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream

OF_A_PAGE = frozenset(
    {
        "/Type",
        "/Parent",
        "/Contents",
        "/Resources",
        "/MediaBox",
        "/CropBox",
        "/Rotate",
        "/UserUnit",
        "/Group",
    }
)
OF_NO_USE = (
    "/AA",
    "/AF",
    "/Metadata",
    "/PieceInfo",
    "/OPI",
    "/Ref",
    "/StructParent",
    "/StructParents",
    "/JS",
)


def sanitised(pdf: Pdf) -> bytes:
    """A new PDF with the pages of ``pdf``. What was typed into a form becomes part of its page; links, notes, layers'
    settings, metadata and whatever acts are left behind."""
    pdf.flatten_annotations("screen")
    with Pdf.new() as clean:
        clean.pages.extend(pdf.pages)
        for page in clean.pages:
            for key in [key for key in page.obj.keys() if key not in OF_A_PAGE]:  # noqa: SIM118
                del page.obj[key]
        for item in clean.objects:
            dictionary = item.stream_dict if isinstance(item, Stream) else item
            if isinstance(dictionary, Dictionary) and dictionary.get("/Type") != Name.Page:
                for key in OF_NO_USE:
                    if key in dictionary:
                        del dictionary[key]
        return _saved(clean)


def merged(parts: Sequence[bytes]) -> bytes:
    """The pages of ``parts``, in order, as one PDF."""
    with Pdf.new() as whole:
        for part in parts:
            with pikepdf.open(io.BytesIO(part)) as pdf:
                whole.pages.extend(pdf.pages)
        return _saved(whole)


def _saved(pdf: Pdf) -> bytes:
    out = io.BytesIO()
    pdf.remove_unreferenced_resources()
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()
