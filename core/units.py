"""Units of a line: what a person types and the UN/ECE Recommendation 20 code behind it (BT-130)."""

from __future__ import annotations

PIECE = "C62"
SINGLE = frozenset({PIECE, "H87"})
"""Things that are counted one by one."""

# Code -> the label that documents and cards print.
LABELS = {
    PIECE: "", "HUR": "h", "MIN": "min", "DAY": "d", "WEE": "wk", "MON": "mo", "ANN": "yr", "KMT": "km", "KGM": "kg",
    "GRM": "g", "TNE": "t", "MTR": "m", "MTK": "m²", "MTQ": "m³", "LTR": "l", "KWH": "kWh", "H87": "pcs", "LS": "lump",
}  # fmt: skip

_WORDS = {
    "HUR": (
        "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur uren godz godzina godziny godzin"
    ),
    "MIN": "min mins minute minutes minuten minuto minutos minuti minuta minuty minut",
    "DAY": ("d day days tag tage tagen jour jours día días dia dias giorno giorni dag dagen dzień dni"),
    "WEE": (
        "wk week weeks woche wochen semaine semaines semana semanas settimana settimane weken tydzień tygodnie tygodni"
    ),
    "MON": (
        "mo month months monat monate monaten mois mes meses mese mesi maand maanden miesiąc miesiące miesięcy"
    ),
    "ANN": "yr year years jahr jahre jahren année années año años anno anni jaar rok lata lat",
    "KMT": "km",
    "KGM": "kg",
    "GRM": "g",
    "TNE": "t",
    "MTR": "m",
    "MTK": "m2 m² qm sqm",
    "MTQ": "m3 m³",
    "LTR": "l ltr litre litres liter",
    "KWH": "kwh",
    "H87": "pcs pc piece pieces stk stück pièce pièces pieza piezas pezzo pezzi stuk stuks szt sztuka sztuki sztuk",
    "LS": "lump pauschal",
}
UNITS = {word: code for code, words in _WORDS.items() for word in words.split()}
"""Every word a line may carry after its quantity, lower case."""
