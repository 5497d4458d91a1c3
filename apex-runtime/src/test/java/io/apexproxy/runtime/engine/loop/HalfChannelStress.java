package io.apexproxy.runtime.engine.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.apexproxy.runtime.engine.TurnObserver;
import io.apexproxy.runtime.engine.select.SelectTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Stress tests of threads that begin an operation of a {@link HalfChannel}. */
final class HalfChannelStress {

    /** Shared by all states, because each channel costs a descriptor; never connected. */
    private static final StreamChannel CHANNEL = openChannel();

    private HalfChannelStress() {
    }

    private static StreamChannel openChannel() {
        try {
            LoopProvider provider = SelectTransport.newProvider();
            LoopGroup group = provider.openLoop(loop -> {
                Thread thread = new Thread(loop, "stress-loop");
                thread.setDaemon(true);
                return thread;
            }, TurnObserver.NONE);
            return (StreamChannel) provider.openAsynchronousSocketChannel(group);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A direction in which every transfer completes at once. */
    private static final class ImmediateHalf extends HalfChannel {
        ImmediateHalf() {
            super(CHANNEL);
        }

        @Override
        int transfer(ByteBuffer buffer) {
            return 1;
        }

        @Override
        boolean tryFirst(ByteBuffer buffer) {
            return true;
        }

        @Override
        boolean isBulk() {
            return false;
        }

        @Override
        void awaitReadiness() {
            throw new AssertionError("every transfer completes at once");
        }

        @Override
        void disarm() {
            throw new AssertionError("no readiness is reported");
        }
    }

    /** Claims an idle direction from two threads. */
    @JCStressTest
    @Outcome(id = {"true, false", "false, true"}, expect = ACCEPTABLE, desc = "One thread wins.")
    @Outcome(expect = FORBIDDEN, desc = "Both threads, or neither, win.")
    @State
    public static class TwoClaims {
        private final HalfChannel half = new ImmediateHalf();

        @Actor
        public void claim(ZZ_Result result) {
            result.r1 = half.claim();
        }

        @Actor
        public void claimToo(ZZ_Result result) {
            result.r2 = half.claim();
        }
    }

    /** Completes an operation on the loop while another thread claims the direction for the next one. */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "The direction is free after the completion.")
    @Outcome(id = {"false, true", "false, false"}, expect = ACCEPTABLE, desc = "The claim raced the completion.")
    @Outcome(expect = FORBIDDEN, desc = "The direction is claimed after the completion.")
    @State
    public static class ClaimAfterCompletion implements CompletionHandler<Integer, Object> {
        private final HalfChannel half = new ImmediateHalf();
        private volatile boolean completed;

        public ClaimAfterCompletion() {
            half.claim();
        }

        @Actor
        public void complete() {
            half.begin(null, null, this);
        }

        @Actor
        public void claim(ZZ_Result result) {
            result.r1 = completed;
            result.r2 = half.claim();
        }

        @Override
        public void completed(Integer transferred, Object attachment) {
            completed = true;
        }

        @Override
        public void failed(Throwable cause, Object attachment) {
            throw new AssertionError(cause);
        }
    }
}
