package io.apexproxy.api.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.Provider;
import io.apexproxy.api.Settings;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/**
 * What every provider can be held to; the contract of each kind goes on from here.
 *
 * @param <P> the kind of provider
 */
abstract class ProviderContract<P extends Provider> {

    private final Class<P> kind;

    ProviderContract(Class<P> kind) {
        this.kind = kind;
    }

    /** The provider to hold to the contract. */
    protected abstract P provider();

    /** Settings of what is created; empty: its defaults. */
    protected Map<String, Object> settings() {
        return Map.of();
    }

    /** Creates one with a context that lasts as long as the test; who calls closes it. */
    abstract AutoCloseable create(Settings settings);

    @Test
    void hasANameThatTheConfigurationCanSelect() {
        assertThat(provider().name()).matches("[a-z][a-z0-9]*(-[a-z0-9]+)*");
        assertThat(provider().description()).isNotBlank().doesNotEndWith(".").doesNotContain("\n");
    }

    @Test
    void isFoundAsAService() {
        var found = ServiceLoader.load(kind, provider().getClass().getClassLoader());

        assertThat(found.stream()).anyMatch(service -> service.type() == provider().getClass());
    }

    @Test
    void readsAllItsSettings() throws Exception {
        var settings = MapSettings.of(settings());

        create(settings).close();

        assertThat(settings.unread()).isEmpty();
    }
}
