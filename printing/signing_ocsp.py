"""OCSP: what an issuer's responder says of the seal's certificates now, as proof beside a lasting signature."""

from collections.abc import Sequence
from itertools import pairwise
from urllib.request import OpenerDirector

from asn1crypto import ocsp
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate
from cryptography.x509.ocsp import OCSPRequestBuilder

from core.asking import post
from printing.pdf_failures import Reason, RenderFailed


def answers(certificates: Sequence[bytes], url: str, asking: OpenerDirector) -> list[ocsp.OCSPResponse]:
    """One answer for each certificate below the root that the responder knows.

    A responder that is away says nothing: where the lists at hand prove the certificate no better, nothing is signed.
    Nor is it with one that the responder calls revoked, whatever older lists say.
    """
    found = []
    for mine, issuer in pairwise(load_der_x509_certificate(each) for each in certificates):
        algorithm = SHA1()  # noqa: S303 - by it responders find a certificate (RFC 5019); nothing rests on its strength
        asked = OCSPRequestBuilder().add_certificate(mine, issuer, algorithm).build()
        headers = {"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}
        try:
            answer = ocsp.OCSPResponse.load(post(asking, url, asked.public_bytes(Encoding.DER), headers))
            if answer["response_status"].native != "successful":
                continue
            told = [each["cert_status"].name for each in answer.response_data["responses"]]
        except (OSError, ValueError, KeyError, TypeError):  # away, or what it says is no answer
            continue
        if "revoked" in told:
            raise RenderFailed(Reason.NOT_TRUSTED, "revoked by the responder")
        found.append(answer)
    return found
