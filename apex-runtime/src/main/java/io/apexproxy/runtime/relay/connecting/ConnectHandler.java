package io.apexproxy.runtime.relay.connecting;

import java.nio.channels.CompletionHandler;

/** The completion handler of all connects. The attempt is the attachment. No exception reaches the loop. */
final class ConnectHandler implements CompletionHandler<Void, ConnectAttempt> {

    static final ConnectHandler INSTANCE = new ConnectHandler();

    private ConnectHandler() {
    }

    @Override
    public void completed(Void nothing, ConnectAttempt attempt) {
        try {
            attempt.connected();
        } catch (Throwable e) {
            attempt.failUnexpectedly(e);
        }
    }

    @Override
    public void failed(Throwable cause, ConnectAttempt attempt) {
        try {
            attempt.failed(cause);
        } catch (Throwable e) {
            attempt.failUnexpectedly(e);
        }
    }
}
