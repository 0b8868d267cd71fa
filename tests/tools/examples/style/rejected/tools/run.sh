#!/bin/sh
cat /wo~rk/main/notes /ro~ot/notes /ho~me/somebody/notes /tmp/~b-somebody/notes
curl -O registry.~npmjs.org/x registry.~yarnpkg.com/x deb.~debian.org/x security.~debian.org/x
curl -O Py~PI.org/x files.~pythonhosted.org/x proxy.~golang.org/x static.~crates.io/x
