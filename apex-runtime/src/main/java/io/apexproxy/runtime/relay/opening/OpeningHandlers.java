package io.apexproxy.runtime.relay.opening;

import java.nio.channels.CompletionHandler;

/** The completion handlers that all opening stages share. The stage is the attachment. */
final class OpeningHandlers {

    static final CompletionHandler<Integer, Opening> READABLE = new Handler() {
        @Override
        public void completed(Integer nothing, Opening opening) {
            opening.runGuarded(opening::receive);
        }
    };

    static final CompletionHandler<Integer, Opening> READ = new Handler() {
        @Override
        public void completed(Integer count, Opening opening) {
            opening.runGuarded(() -> opening.received(count));
        }
    };

    static final CompletionHandler<Integer, Opening> WRITTEN = new Handler() {
        @Override
        public void completed(Integer count, Opening opening) {
            opening.runGuarded(opening::answered);
        }
    };

    private OpeningHandlers() {
    }

    private abstract static class Handler implements CompletionHandler<Integer, Opening> {
        @Override
        public final void failed(Throwable cause, Opening opening) {
            opening.runGuarded(opening::transferFailed);
        }
    }
}
