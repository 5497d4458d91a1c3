package io.apexproxy.config.etcd;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigTree;

/** The result of reading and parsing the keys at one revision. */
sealed interface ReadResult {

    /** Returns the revision of etcd. */
    long revision();

    /** Reports the result to an observer. */
    void reportTo(ConfigSource.Observer observer);

    /** Returns whether both results have equal values or equal messages. */
    boolean isEquivalentTo(ReadResult other);

    /** Returns the tree, or throws the problem. */
    ConfigTree.Table orThrow();

    static ReadResult of(long revision, ConfigTree.Table tree) {
        return new Parsed(revision, tree);
    }

    static ReadResult of(long revision, ConfigException problem) {
        return new Failed(revision, problem);
    }

    /** The result of valid documents. */
    record Parsed(long revision, ConfigTree.Table tree) implements ReadResult {

        @Override
        public void reportTo(ConfigSource.Observer observer) {
            observer.changed(tree);
        }

        @Override
        public boolean isEquivalentTo(ReadResult other) {
            return other instanceof Parsed parsed && parsed.tree.equals(tree);
        }

        @Override
        public ConfigTree.Table orThrow() {
            return tree;
        }
    }

    /** The result of invalid documents, or of a read that etcd refused. */
    record Failed(long revision, ConfigException problem) implements ReadResult {

        @Override
        public void reportTo(ConfigSource.Observer observer) {
            observer.failed(problem);
        }

        @Override
        public boolean isEquivalentTo(ReadResult other) {
            return other instanceof Failed failed && failed.problem.getMessage().equals(problem.getMessage());
        }

        @Override
        public ConfigTree.Table orThrow() {
            throw problem;
        }
    }
}
