package io.apexproxy.runtime.relay.tunnel;

import java.nio.channels.CompletionHandler;

/**
 * The completion handlers that all pumps share. The pump is the attachment; handlers per pump would cost memory.
 *
 * <p>The handlers catch all exceptions: an exception that reached the loop would leave the session open without a
 * pending operation. Each handler implements {@code completed} itself, so that the compiler can inline the call.
 */
final class PumpHandlers {

    static final CompletionHandler<Integer, Pump> READABLE = new Handler() {
        @Override
        public void completed(Integer nothing, Pump pump) {
            try {
                pump.readable();
            } catch (Throwable e) {
                pump.failUnexpectedly(e);
            }
        }

        @Override
        void handleFailure(Throwable cause, Pump pump) {
            pump.readFailed(cause);
        }
    };

    static final CompletionHandler<Integer, Pump> READ = new Handler() {
        @Override
        public void completed(Integer count, Pump pump) {
            try {
                pump.received(count);
            } catch (Throwable e) {
                pump.failUnexpectedly(e);
            }
        }

        @Override
        void handleFailure(Throwable cause, Pump pump) {
            pump.readFailed(cause);
        }
    };

    /** As {@link #READABLE}, until the first bytes have arrived, if their time is measured. */
    static final CompletionHandler<Integer, Pump> FIRST_READABLE = new Handler() {
        @Override
        public void completed(Integer nothing, Pump pump) {
            try {
                pump.firstReadable();
            } catch (Throwable e) {
                pump.failUnexpectedly(e);
            }
        }

        @Override
        void handleFailure(Throwable cause, Pump pump) {
            pump.readFailed(cause);
        }
    };

    /** As {@link #READ}, until the first bytes have arrived, if their time is measured. */
    static final CompletionHandler<Integer, Pump> FIRST_READ = new Handler() {
        @Override
        public void completed(Integer count, Pump pump) {
            try {
                pump.firstReceived(count);
            } catch (Throwable e) {
                pump.failUnexpectedly(e);
            }
        }

        @Override
        void handleFailure(Throwable cause, Pump pump) {
            pump.readFailed(cause);
        }
    };

    static final CompletionHandler<Integer, Pump> WRITE = new Handler() {
        @Override
        public void completed(Integer count, Pump pump) {
            try {
                pump.written(count);
            } catch (Throwable e) {
                pump.failUnexpectedly(e);
            }
        }

        @Override
        void handleFailure(Throwable cause, Pump pump) {
            pump.writeFailed(cause);
        }
    };

    static final CompletionHandler<Integer, Pump> HALF_CLOSE = new Handler() {
        @Override
        public void completed(Integer count, Pump pump) {
            // half-closed: this direction is complete
        }

        @Override
        void handleFailure(Throwable cause, Pump pump) {
            pump.logFailure("half-close", cause); // the other pump sees the same failure
        }
    };

    private PumpHandlers() {
    }

    private abstract static class Handler implements CompletionHandler<Integer, Pump> {

        abstract void handleFailure(Throwable cause, Pump pump);

        @Override
        public final void failed(Throwable cause, Pump pump) {
            try {
                handleFailure(cause, pump);
            } catch (Throwable e) {
                pump.failUnexpectedly(e);
            }
        }
    }
}
