package io.apexproxy.runtime.protocol.tls;

/** Signals bytes that begin as a TLS record but are no well-formed ClientHello. */
final class MalformedHelloException extends Exception {

    private static final long serialVersionUID = 1;

    /**
     * Creates an exception without a stack trace, because clients can cause any number of them.
     *
     * @param reason what was found and expected; contains no bytes of the message
     */
    MalformedHelloException(String reason) {
        super(reason, null, false, false);
    }
}
