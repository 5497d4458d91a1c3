package io.apexproxy.api.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.Provider;
import io.apexproxy.api.Settings;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/**
 * The contract of all providers, extended by the contract of each kind.
 *
 * @param <P> the kind of provider
 */
abstract class ProviderContract<P extends Provider> {

    private final Class<P> kind;

    ProviderContract(Class<P> kind) {
        this.kind = kind;
    }

    /** Returns the provider under test. */
    protected abstract P provider();

    /** Returns the settings of the instance; empty by default. */
    protected Map<String, Object> settings() {
        return Map.of();
    }

    /** Creates an instance that the caller closes. Its context is valid until the end of the test. */
    abstract AutoCloseable create(Settings settings);

    @Test
    void hasValidNameAndDescription() {
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
