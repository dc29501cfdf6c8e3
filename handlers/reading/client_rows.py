"""The rows of a CSV file as clients: which column is which in four languages and in other programs' exports."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.errors import N_, InvalidInput
from core.importing import ClientRow, Fault, Sheet
from core.party import Address
from handlers.reading.csv_file import EXAMPLE, CsvFile
from handlers.reading.identifiers import read_email, read_vat_id
from handlers.reading.parties import read_name
from handlers.reading.places import read_country
from handlers.reading.text import bare, clean

_LONGEST_LINE = 100
_SIGNS = re.compile(r"[^0-9a-z]+")
_PREFIXES = ("client ", "customer ", "billing ", "contact ", "company ")

# Names as they are compared: lower case, without accents and signs. Invoice Ninja writes `Client Name` or `Name`,
# `Street`, `Apt/Suite`, `Postal Code`; Crater and InvoiceShelf keep `contact_name`, `address_street_1`, `zip`.
COLUMNS: Mapping[str, str] = {
    "name": "name|client|customer|company|display name|kunde|kundenname|firma|firmenname|nom|nom du client|societe|"
            "entreprise|raison sociale|nombre|cliente|nombre del cliente|empresa|razon social",
    "email": "email|e mail|mail|email address|e mail address|e mail adresse|mailadresse|courriel|adresse e mail|correo|"
             "correo electronico|correo e",
    "address": "address|address 1|address1|address line 1|street|street 1|address street 1|strasse|"
               "strasse und hausnummer|adresse|anschrift|rue|adresse 1|direccion|calle|domicilio",
    "address 2": "address 2|address2|address line 2|street 2|apt suite|address street 2|adresszusatz|adresse 2|"
                 "complement|complement d adresse|direccion 2",
    "postcode": "postcode|postal code|zip|zip code|zip postal code|plz|postleitzahl|code postal|codigo postal|cp",
    "city": "city|town|ort|stadt|ville|ciudad|poblacion|localidad",
    "country": "country|country code|land|pays|pais",
    "vat-id": "vat id|vat number|vat no|vat|ust id|ustid|ust idnr|ust id nr|umsatzsteuer id|tva|numero de tva|n tva|"
              "numero tva|tva intracommunautaire|nif|nif iva|cif",
}  # fmt: skip
_FIELDS = {name: field for field, names in COLUMNS.items() for name in names.split("|")}


def read_clients(file: CsvFile, home: str) -> Sheet:
    """`home` is the country of whoever names none. Raises InvalidInput when no column holds names."""
    columns, left_out = columns_of(file.header, _FIELDS)
    if "name" not in columns:
        raise InvalidInput(
            "file", N_("No column of this file holds the names of clients; call it Name. There are: {columns}"),
            EXAMPLE,
            columns=", ".join(file.header)[:300],
        )  # fmt: skip
    clients: list[ClientRow] = []
    faults: list[Fault] = []
    for number, cells in file.rows:
        try:
            clients.append(client_of_row(number, row_of(cells, columns, len(file.header)), home))
        except InvalidInput as error:
            faults.append(Fault(number, error))
    return Sheet(tuple(clients), faults=tuple(faults), left_out=left_out)


def columns_of(header: Sequence[str], fields: Mapping[str, str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """The place of each field, the first column that means it; and the names that mean none."""
    found: dict[str, int] = {}
    left_out: list[str] = []
    for place, name in enumerate(header):
        field = _field(name, fields)
        if field is None or field in found:
            left_out.append(name)
        else:
            found[field] = place
    return found, tuple(name for name in left_out if name)


def _field(name: str, fields: Mapping[str, str]) -> str | None:
    plain = _SIGNS.sub(" ", bare(name[:100])).strip()
    shorter = (plain.removeprefix(prefix) for prefix in _PREFIXES if plain.startswith(prefix))
    return next((fields[one] for one in (plain, *shorter) if one in fields), None)


def row_of(cells: Sequence[str], columns: Mapping[str, int], width: int) -> dict[str, str]:
    """Its cells by field. Raises InvalidInput for a row that is longer than the header: its columns have slipped."""
    if any(cells[width:]):
        raise InvalidInput("row", N_("This row has more cells than there are columns."))
    return {field: cells[place] if place < len(cells) else "" for field, place in columns.items()}


def client_of_row(number: int, row: Mapping[str, str], home: str) -> ClientRow:
    country = read_country(row["country"]) if row.get("country") else home
    lines = row.get("address", "").splitlines() or [""]
    address = Address(
        country,
        clean(lines[0], "address", _LONGEST_LINE),
        clean(", ".join([*lines[1:], *filter(None, [row.get("address 2", "")])]), "address", _LONGEST_LINE),
        clean(row.get("postcode", ""), "postcode", 20),
        clean(row.get("city", ""), "city", _LONGEST_LINE),
    )
    return ClientRow(
        number,
        read_name(row["name"]),
        address,
        read_vat_id(row["vat-id"], country) if row.get("vat-id") else "",
        read_email(row["email"]) if row.get("email") else "",
    )
