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

    /** Returns the tree, or the message of the problem, for comparison with another result. */
    Object content();

    /** Returns the tree, or throws the problem. */
    ConfigTree.Table orThrow();

    /** The result of valid documents. */
    record Parsed(long revision, ConfigTree.Table tree) implements ReadResult {

        @Override
        public void reportTo(ConfigSource.Observer observer) {
            observer.changed(tree);
        }

        @Override
        public Object content() {
            return tree;
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
        public Object content() {
            return problem.getMessage();
        }

        @Override
        public ConfigTree.Table orThrow() {
            throw problem;
        }
    }
}
