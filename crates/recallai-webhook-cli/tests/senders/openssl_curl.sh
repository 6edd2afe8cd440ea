#!/bin/sh
# Signs with openssl and posts with curl, and verifies by making the signature again; no library
# knows what is signed, only this file. README.md has the protocol.
set -uf
LC_ALL=C
export LC_ALL

# How old a message may be, and how far ahead, in seconds.
tolerance=300

for program in openssl curl; do
    if ! command -v "$program" >/dev/null; then
        echo "missing $program"
        exit
    fi
done
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# signature <secret> <id> <timestamp>: of the body in $work/body.
# Others on this machine can see the key among the arguments of openssl: it is one of a test.
signature() {
    key=$(printf %s "${1#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
    mac=$({ printf '%s.%s.' "$2" "$3" && cat "$work/body"; } |
        openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
    printf 'v1,%s' "$mac"
}

# Adds a token to the header, after a blank if it is not the first.
add_token() {
    tokens="${tokens:+$tokens }$1"
}

send() {
    timestamp=${timestamp:-$(date +%s)}
    tokens=
    # The body may stand below the secrets, so the signatures are made once all has been read.
    while read -r name value; do
        case $name in
        secret) add_token "$(signature "$value" "$id" "$timestamp")" ;;
        token) add_token "$value" ;;
        esac
    done <"$work/signers"
    # `--disable` keeps the settings of whoever runs it out.
    if status=$(curl --disable --silent --show-error --noproxy '*' --output /dev/null \
        --write-out '%{http_code}' --header 'content-type: application/json' \
        --header "$family-id: $id" --header "$family-timestamp: $timestamp" \
        --header "$family-signature: $tokens" --data-binary "@$work/posted" "$url" \
        </dev/null 2>"$work/error"); then
        echo "status $status"
    else
        echo "failed $(tr '\n' ' ' <"$work/error")"
    fi
}

# header <name>: the value of it, if it was given.
header() {
    sed -n "s/^$1 //p" "$work/headers"
}

verify() {
    family=webhook
    grep -q '^svix-id ' "$work/headers" && family=svix
    id=$(header "$family-id")
    timestamp=$(header "$family-timestamp")
    tokens=$(header "$family-signature")
    if [ -z "$id" ] || [ -z "$timestamp" ] || [ -z "$tokens" ]; then
        echo "refused MissingHeader: one of $family-id, -timestamp, -signature"
        return
    fi
    age=$(($(date +%s) - timestamp))
    if [ "$age" -gt "$tolerance" ]; then
        echo "refused TooOld: by $age seconds"
        return
    fi
    if [ "$age" -lt "-$tolerance" ]; then
        echo "refused TooNew: by $((-age)) seconds"
        return
    fi
    read -r _ secret <"$work/signers"
    expected=$(signature "$secret" "$id" "$timestamp")
    for token in $tokens; do
        if [ "$token" = "$expected" ]; then
            echo accepted
            return
        fi
    done
    echo "refused NoMatch: none of the signatures is the expected one"
}

# What one request leaves must not reach the next.
forget() {
    kind='' url='' family='' id='' timestamp=''
    : >"$work/signers"
    : >"$work/headers"
    : >"$work/body"
    rm -f "$work/posted"
}

echo "ready $(openssl version | cut -d ' ' -f 2), $(curl --version | cut -d ' ' -f 2 | head -n 1)"
forget
while read -r name value; do
    case $name in
    send | verify) kind=$name ;;
    url) url=$value ;;
    family) family=$value ;;
    id) id=$value ;;
    timestamp) timestamp=$value ;;
    secret | token) printf '%s %s\n' "$name" "$value" >>"$work/signers" ;;
    header) printf '%s\n' "$value" >>"$work/headers" ;;
    body | posted) printf %s "$value" | openssl base64 -d -A >"$work/$name" ;;
    '')
        [ -e "$work/posted" ] || cp "$work/body" "$work/posted"
        "$kind"
        forget
        ;;
    esac
done
