package io.apexproxy.runtime;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigSourceProvider;
import io.apexproxy.api.config.ConfigTree;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A configuration source with a script of the test. */
final class ScriptedSource implements ConfigSourceProvider {

    private final List<ConfigSource.Observer> observers = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private volatile Supplier<ConfigTree.Table> script;

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public ConfigSource create(Settings settings, PluginContext context) {
        settings.string("variant", "");
        open.incrementAndGet();
        return new ConfigSource() {
            private Observer watcher;

            @Override
            public ConfigTree.Table load() {
                return script.get();
            }

            @Override
            public void watch(Observer observer) {
                watcher = observer;
                observers.add(observer);
            }

            @Override
            public void close() {
                observers.remove(watcher);
                open.decrementAndGet();
            }
        };
    }

    void deliver(Supplier<ConfigTree.Table> answer) {
        script = answer;
    }

    /** Reports a change to all observers. */
    void report(ConfigTree.Table tree) {
        observers.forEach(observer -> observer.changed(tree));
    }

    List<ConfigSource.Observer> observers() {
        return observers;
    }

    int open() {
        return open.get();
    }
}
