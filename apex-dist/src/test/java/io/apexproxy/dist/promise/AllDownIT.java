package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * While no backend is healthy, a client is closed at once instead of being kept waiting; each is counted and has its
 * line in the log. With the first backend that recovers, service resumes.
 */
class AllDownIT extends Scenario {

    @Test
    @Tag(QUICK)
    void clientIsClosedAtOnceAndIsCountedAndLogged() {
        try (var one = HttpBackend.started(); var two = HttpBackend.started()) {
            one.stop();
            two.stop();
            try (var proxy = start(Config.over(one.address(), two.address()))) {
                for (int i = 0; i < 3; i++) {
                    try (var client = proxy.client()) {
                        assertThat(client.readAll()).isEmpty();
                    }
                }

                assertThat(proxy.awaitEnding("no-backend")).contains("backend=-", "attempts=0");
                eventually(() -> proxy.logged("apex.access: no-backend") == 3);
                eventually(() -> proxy.ended("no-backend") == 3);
                eventually(() -> proxy.connections() == 0);
            }
        }
    }

    @Test
    @Tag(QUICK)
    void serviceResumesWithTheFirstBackendThatRecovers() {
        try (var one = HttpBackend.started(); var two = HttpBackend.started();
                var proxy = start(Config.over(one.address(), two.address()))) {
            assertThat(proxy.answers(2)).doesNotContain("nobody");
            one.stop();
            two.stop();
            proxy.awaitLine("Health check " + one.address() + " => alive: false");
            proxy.awaitLine("Health check " + two.address() + " => alive: false");
            assertThat(proxy.answers(2)).containsOnly("nobody");

            two.start();

            eventually(() -> Http.get(proxy.port()).equals(Optional.of(two.address())));
            assertThat(proxy.answers(4)).containsOnly(two.address());
        }
    }

    @Test
    void poolWithoutBackendsIsLikeOneWhoseBackendsAreAllDown() {
        try (var backend = HttpBackend.started(); var proxy = start(Config.over())) {
            try (var client = proxy.client()) {
                assertThat(client.readAll()).isEmpty();
            }
            proxy.awaitEnding("no-backend");

            proxy.change(Config.over(backend.address()));

            eventually(() -> proxy.answers(1).contains(backend.address()));
        }
    }
}
