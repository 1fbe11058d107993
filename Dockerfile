# The gate for GitLab, Jenkins, Bitrise and local use. On GitHub the action starts faster; see docs/decisions/0008.
#
# The base is the index of python:3.12-slim-trixie for all platforms. To renew its digest, in both stages:
#   docker buildx imagetools inspect python:3.12-slim-trixie --format '{{.Manifest.Digest}}'
FROM python:3.12-slim-trixie@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_NO_COMPILE=1 \
    PIP_ROOT_USER_ACTION=ignore
COPY requirements/build.txt requirements/runtime.txt /build/requirements/
RUN python -m venv /opt/gate \
 && python -m venv /build/tools \
 && /build/tools/bin/python -m pip install --require-hashes --only-binary=:all: --requirement /build/requirements/build.txt \
 && /opt/gate/bin/python -m pip install --require-hashes --only-binary=:all: --requirement /build/requirements/runtime.txt
COPY pyproject.toml README.md LICENSE /build/source/
COPY gate /build/source/gate
RUN /build/tools/bin/python -m pip wheel --no-deps --no-build-isolation --wheel-dir /build/wheels /build/source \
 && /opt/gate/bin/python -m pip install --no-deps --no-index --find-links /build/wheels appstore-gate \
 && /opt/gate/bin/python -m pip uninstall --yes pip

FROM python:3.12-slim-trixie@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea
LABEL org.opencontainers.image.title="appstore-gate" \
      org.opencontainers.image.description="A CI regression gate on the field performance Apple measures for your shipped iOS app." \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/gate /opt/gate
ENV PATH=/opt/gate/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUTF8=1
USER 10001:10001
WORKDIR /work
ENTRYPOINT ["gate"]
