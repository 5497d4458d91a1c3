package io.apexproxy.runtime.engine;

import java.io.IOException;

/**
 * The transport of a channel has ended without the message that ends the stream, so the stream can be incomplete.
 */
public final class UnmarkedEndException extends IOException {

    private static final long serialVersionUID = 1;

    /** Creates an exception with the reason. */
    public UnmarkedEndException(String message) {
        super(message);
    }
}
