"""Another implementation of age, written by others in another language."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

# Exact versions, and the SHA-512 of each package. No address: npm asks where it is set up to ask.
PACKAGES = {
    "age-encryption": (
        "0.3.1",
        "bYgd7lxM7tEANmb9bXf7xTFB3Qpq+JGKinVSdFh5MV+t2fJJZSTdKhWkvXTFJQGysZd+K9Dt3F+n+4DKazXlnQ==",
    ),
    "@noble/ciphers": (
        "2.4.0",
        "AnjFn0Jv92laAkvMrghlFZq4qQCIN/4DxFV/eooqtC2YTjB7kBeLMS2T9KJX4Dn+ZVXLOwK0lSgqDtx9gvxtiw==",
    ),
    "@noble/curves": (
        "2.0.1",
        "vs1Az2OOTBiP4q0pwjW5aF0xp9n4MxVrmkFBxc6EKZc6ddYx5gaZiAsZoq0uRRXWbi3AT/sBqn05eRPtn1JCPw==",
    ),
    "@noble/hashes": (
        "2.0.1",
        "XlOlEbQcE9fmuXxrVTXCTlG2nlRXa9Rj3rr5Ue/+tX+nmkgbX720YHh0VR3hBF9xDvwnb8D2shVGOwNx+ulArw==",
    ),
    "@noble/post-quantum": (
        "0.5.4",
        "leww0zzIirrvwaYMPI9fj6aRIlA/c6Y0/lifQQ1YOOyHEr0MNH3yYpjXeiVG+tWdPps4XxGclFWX2INPO3Yo5w==",
    ),
    "@scure/base": (
        "2.4.0",
        "thZ1TuJwFwBblOhgsjDKvvGirBxNp+wSvY/DR6tJBJOTDhdAAcHJ8Vbr2eFnqaxeca4+t0i9KBf+uHYGWwZORg==",
    ),
}
NO_NETWORK = ("ENOTFOUND", "ENOTCACHED", "EAI_AGAIN", "ECONNREFUSED", "ENETUNREACH", "ETIMEDOUT")
ENABLE = "apt-get install -y nodejs npm (Node.js 20 or newer), with a registry in reach"


@pytest.fixture(scope="session")
def age_encryption(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Node.js finds the package.

    Skipped without npm, and without a registry in reach: also under ``./test --full``, which has
    to pass on a machine without network. A package with other bytes is a failure.
    """
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip(f"Node.js with npm is missing; enable it with: {ENABLE}")
    folder = tmp_path_factory.mktemp("npm")
    wanted = {name: version for name, (version, _) in PACKAGES.items()}
    root = {"name": "oracle", "version": "1.0.0", "private": True, "dependencies": wanted}
    packages = {
        f"node_modules/{name}": {"version": version, "integrity": f"sha512-{digest}"}
        for name, (version, digest) in PACKAGES.items()
    }
    lock = {"name": "oracle", "lockfileVersion": 3, "packages": {"": root, **packages}}
    (folder / "package.json").write_text(json.dumps(root), "utf-8")
    (folder / "package-lock.json").write_text(json.dumps(lock), "utf-8")
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=0")
    done = subprocess.run(
        [npm, "ci", *quiet], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode and any(word in done.stderr for word in NO_NETWORK):
        pytest.skip(f"The npm package age-encryption is missing; enable it with: {ENABLE}")
    assert done.returncode == 0, done.stderr
    return folder
