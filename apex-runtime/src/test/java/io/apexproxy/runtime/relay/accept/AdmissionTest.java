package io.apexproxy.runtime.relay.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.UnixPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private final Admission admission = new Admission(2, 1);

    @Test
    void limitOfAListenerDoesNotAffectOtherListeners() {
        Listener one = listener(1);
        Listener other = listener(0);

        assertThat(admission.claim(one)).isTrue();
        assertThat(admission.claim(one)).isFalse();
        assertThat(admission.claim(other)).isTrue();
    }

    @Test
    void claimRefusedByTheTotalLimitDoesNotCountAtTheListener() {
        Listener one = listener(3);
        Listener other = listener(3);

        assertThat(admission.claim(one)).isTrue();
        assertThat(admission.claim(one)).isTrue();
        assertThat(admission.claim(other)).isFalse();
        assertThat(other.active()).isZero();
        assertThat(admission.total().active()).isEqualTo(2);
    }

    @Test
    void longestWaitingConnectionIsRetriedFirst() {
        Listener listener = listener(1);
        admission.claim(listener);
        List<String> admitted = new ArrayList<>();
        admission.await(attempt(listener, "first", admitted));
        admission.await(attempt(listener, "second", admitted));
        assertThat(admitted).isEmpty();

        admission.release(listener);
        assertThat(admitted).containsExactly("first");
        admission.release(listener);
        admission.release(listener);
        assertThat(admitted).containsExactly("first", "second");
    }

    private BooleanSupplier attempt(Listener listener, String name, List<String> admitted) {
        return () -> admission.claim(listener) && admitted.add(name);
    }

    /** During its retry, a connection is not in the queue, so a concurrent release does not find it. */
    @Test
    void releaseDuringARetryIsNotLost() {
        Listener listener = listener(1);
        admission.claim(listener);
        AtomicInteger tries = new AtomicInteger();
        admission.await(() -> {
            boolean claimed = admission.claim(listener);
            if (tries.incrementAndGet() == 2) {
                admission.release(listener);
            }
            return claimed;
        });
        assertThat(tries).hasValue(1);

        admission.retry();
        assertThat(tries).hasValue(3);
        assertThat(listener.active()).isEqualTo(1);
    }

    private static Listener listener(int maxConnections) {
        ListenerConfig config = new ListenerConfig("web", List.of(new HostPort("127.0.0.1", 0)),
                UnixPath.DEFAULT_MODE, "web", maxConnections, Duration.ofMinutes(1), Duration.ofMinutes(1),
                Optional.empty());
        return new Listener(config, new Routing.Parts(Map.of(), Optional.empty(), Optional.empty()), 1, 0, () -> {});
    }
}
