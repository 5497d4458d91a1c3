package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of a pool without healthy backends. Each client is closed at once, counted and logged. Service resumes with the
 * first backend that recovers.
 */
class AllDownIT extends Scenario {

    @Test
    @Tag(QUICK)
    void clientIsClosedAtOnceAndCountedAndLogged() {
        try (var one = HttpBackend.started(); var two = HttpBackend.started()) {
            one.stop();
            two.stop();
            try (var proxy = start(Config.withBackends(one.address(), two.address()))) {
                for (int i = 0; i < 3; i++) {
                    try (var client = proxy.client()) {
                        assertThat(client.readAll()).isEmpty();
                    }
                }

                assertThat(proxy.awaitCause("no-backend")).contains("backend=-", "attempts=0");
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
                var proxy = start(Config.withBackends(one.address(), two.address()))) {
            assertThat(proxy.answers(2)).doesNotContain("none");
            one.stop();
            two.stop();
            proxy.awaitLine("Health check " + one.address() + " => alive: false");
            proxy.awaitLine("Health check " + two.address() + " => alive: false");
            assertThat(proxy.answers(2)).containsOnly("none");

            two.start();

            eventually(() -> Http.get(proxy.port()).equals(Optional.of(two.address())));
            assertThat(proxy.answers(4)).containsOnly(two.address());
        }
    }

    @Test
    void emptyPoolClosesClientsAtOnce() {
        try (var backend = HttpBackend.started(); var proxy = start(Config.withBackends())) {
            try (var client = proxy.client()) {
                assertThat(client.readAll()).isEmpty();
            }
            proxy.awaitCause("no-backend");

            proxy.change(Config.withBackends(backend.address()));

            eventually(() -> proxy.answers(1).contains(backend.address()));
        }
    }
}
