"""Steps: the images' bills of materials."""

import json
import os
import re
import subprocess

import debian
from contents import PROGRAMS
from suite import check, step

ELEMENT = re.compile(r"SPDXRef-[A-Za-z0-9.-]+")
# Required of a document, of its description and of each package (SPDX 2.3, sections 6 and 7).
DOCUMENT = {"spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo"}
PACKAGE = {"SPDXID", "name", "downloadLocation", "versionInfo", "licenseConcluded", "licenseDeclared", "copyrightText"}
# A word of a licence expression that is none of its operators.
WORD = re.compile(r"[A-Za-z0-9.+-]+")


def bill(project, root, name, version, revision, output):
    """Writes the bill of a root; returns it."""
    debian.run(
        [os.path.join(project, "packaging", "sbom"), "--root", root, "--name", name, "--version", version,
         "--revision", revision, "--output", output],
        "packaging/sbom", env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
    )
    with open(output, encoding="utf-8") as file:
        return json.load(file)


def problems(document):
    """What is wrong with a document as SPDX 2.3 has it: a sentence each."""
    if missing := DOCUMENT - document.keys():
        yield f"the document has no {', '.join(sorted(missing))}"
        return
    if document["spdxVersion"] != "SPDX-2.3" or document["dataLicense"] != "CC0-1.0" or document["SPDXID"] != "SPDXRef-DOCUMENT":
        yield f"the document is {document['spdxVersion']}, {document['dataLicense']}, {document['SPDXID']}"
    if not re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", document["documentNamespace"]):
        yield f"the namespace is {document['documentNamespace']}"
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["creationInfo"]["created"]):
        yield f"created {document['creationInfo']['created']}"
    if not all(re.match(r"(Tool|Organization|Person): \S", each) for each in document["creationInfo"]["creators"]):
        yield f"creators {document['creationInfo']['creators']}"
    known = {"SPDXRef-DOCUMENT"}
    texts = {each["licenseId"] for each in document["hasExtractedLicensingInfos"] if each["extractedText"].strip()}
    for package in document["packages"]:
        name = package.get("name")
        if missing := PACKAGE - package.keys():
            yield f"{name} has no {', '.join(sorted(missing))}"
            continue
        if not ELEMENT.fullmatch(package["SPDXID"]) or package["SPDXID"] in known:
            yield f"{name} has the identifier {package['SPDXID']}, which is none or another's"
        known.add(package["SPDXID"])
        if package["filesAnalyzed"] is not False:
            yield f"{name}: its files were not analysed"
        for word in WORD.findall(package["licenseDeclared"]):
            if word.startswith("LicenseRef-") and word not in texts:
                yield f"{name}: there is no text of {word}"
        for reference in package.get("externalRefs", []):
            if not re.fullmatch(r"pkg:[a-z]+/[^\s@]+@[^\s?@]+(\?[^\s?]+)?", reference["referenceLocator"]):
                yield f"{name}: {reference['referenceLocator']} is no package URL"
    for relation in document["relationships"]:
        for key in ("spdxElementId", "relatedSpdxElement"):
            if relation[key] not in known:
                yield f"a relationship is to {relation[key]}, which is not there"
    reached = {relation["relatedSpdxElement"] for relation in document["relationships"]}
    for package in document["packages"]:
        if package["SPDXID"] not in reached:
            yield f"{package['name']} belongs to nothing"


@step("each image's bill of materials is valid SPDX 2.3, and has every package of dpkg and all that is linked")
def bills(run):
    for name, image in run.images.items():
        program = PROGRAMS[name.split()[0]]
        output = os.path.join(run.folder, f"{name.replace(' ', '-')}.spdx.json")
        document = bill(run.project, image.root, program, run.options.version, run.options.revision, output)
        wrong = list(problems(document))
        check(not wrong, f"{name}: {'; '.join(wrong[:5])}")
        again = bill(run.project, image.root, program, run.options.version, run.options.revision, output + ".again")
        check(document == again, f"{name}: another run gives another bill")
        installed = debian.run(
            ["chroot", image.root, "dpkg-query", "--show", "--showformat=${Package} ${Version} ${Architecture}\n"], "dpkg-query"
        ).split("\n")
        packages = {each["name"]: each for each in document["packages"]}
        for line in filter(None, installed):
            package, version, architecture = line.split()
            check(package in packages, f"{name}: {package} is missing")
            found = packages[package]
            check(found["versionInfo"] == version, f"{name}: {package} {found['versionInfo']} and not {version}")
            (reference,) = found["externalRefs"]
            check(f"arch={architecture}&distro=debian-" in reference["referenceLocator"], f"{name}: {reference}")
        for expected in (program, "swift", "swift-foundation", "swift-corelibs-libdispatch", "libsimdjson14"):
            check(expected in packages, f"{name}: {expected} is missing")
        digest = subprocess.run(["sha256sum", os.path.join(image.root, "usr/local/bin", program)], capture_output=True, text=True,
                                check=True).stdout.split()[0]
        check(packages[program]["checksums"] == [{"algorithm": "SHA256", "checksumValue": digest}], f"{name}: {packages[program]}")
        count = len(list(filter(None, installed)))
        total = len(document["packages"])
        # The program, the image, its Debian, simdjson, and three of Swift.
        check(total == count + 7, f"{name}: {total} packages, {count} of dpkg")
        known = sum(each["licenseDeclared"] != "NOASSERTION" for each in document["packages"])
        check(known > count / 2, f"{name}: the licences of only {known} packages are known")
        run.say(f"  {name}: {count} packages of Debian, the licences of {known} in all")
