package io.apexproxy.health.tcp;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import io.apexproxy.api.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Settings without places, for the types that this plugin reads. A wrong range throws, as there is nothing to collect. */
record MapSettings(Map<String, Object> values) implements Settings {

    @Override
    public Origin origin() {
        return Origin.of("test");
    }

    @Override
    public Set<String> keys() {
        return values.keySet();
    }

    @Override
    public boolean has(String key) {
        return values.containsKey(key);
    }

    @Override
    public String string(String key) {
        return (String) values.get(key);
    }

    @Override
    public String string(String key, String fallback) {
        return has(key) ? string(key) : fallback;
    }

    @Override
    public long integer(String key, long min, long max) {
        int value = (Integer) values.get(key);
        if (value < min || value > max) {
            throw invalid(key, "expected " + min + " to " + max + ", found " + value);
        }
        return value;
    }

    @Override
    public long integer(String key, long min, long max, long fallback) {
        return has(key) ? integer(key, min, max) : fallback;
    }

    @Override
    public boolean bool(String key, boolean fallback) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Duration duration(String key, Duration fallback) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long bytes(String key, long fallback) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <E extends Enum<E>> E choice(String key, Class<E> type, E fallback) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> strings(String key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Settings table(String key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Settings> tables(String key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ConfigException invalid(String key, String message) {
        return new ConfigException(origin(), key + ": " + message);
    }
}
