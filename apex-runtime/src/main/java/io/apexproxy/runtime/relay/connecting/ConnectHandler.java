package io.apexproxy.runtime.relay.connecting;

import java.nio.channels.CompletionHandler;

/** The completion handler of all connects; the stage is the attachment. Keeps exceptions from the loop. */
final class ConnectHandler implements CompletionHandler<Void, Connecting> {

    static final ConnectHandler INSTANCE = new ConnectHandler();

    private ConnectHandler() {
    }

    @Override
    public void completed(Void nothing, Connecting connecting) {
        try {
            connecting.connected();
        } catch (Throwable e) { // no lambda here, which would be garbage of each connection
            connecting.defect(e);
        }
    }

    @Override
    public void failed(Throwable cause, Connecting connecting) {
        connecting.guarded(() -> connecting.failed(cause));
    }
}
