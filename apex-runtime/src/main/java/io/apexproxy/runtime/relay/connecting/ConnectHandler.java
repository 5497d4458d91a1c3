package io.apexproxy.runtime.relay.connecting;

import java.nio.channels.CompletionHandler;

/** The completion handler of all connects. The stage is the attachment. No exception reaches the loop. */
final class ConnectHandler implements CompletionHandler<Void, Connecting> {

    static final ConnectHandler INSTANCE = new ConnectHandler();

    private ConnectHandler() {
    }

    @Override
    public void completed(Void nothing, Connecting connecting) {
        try {
            connecting.connected();
        } catch (Throwable e) { // runGuarded() would allocate a lambda for each connection
            connecting.failUnexpectedly(e);
        }
    }

    @Override
    public void failed(Throwable cause, Connecting connecting) {
        connecting.runGuarded(() -> connecting.failed(cause));
    }
}
