"""The program that opens PDFs: a child process under limits, which the web process talks to through pipes.

It knows neither Django nor the database. What it refuses it names by a code of ``discounts.evidence.refusals``.
"""
