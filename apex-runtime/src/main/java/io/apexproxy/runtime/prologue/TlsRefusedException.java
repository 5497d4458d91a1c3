package io.apexproxy.runtime.prologue;

import java.io.IOException;

/** A backend does not continue with TLS after the request for it. */
public final class TlsRefusedException extends IOException {

    private static final long serialVersionUID = 1;

    TlsRefusedException() {
        super("the backend does not accept TLS");
    }
}
