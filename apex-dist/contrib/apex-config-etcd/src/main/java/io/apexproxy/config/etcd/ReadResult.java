package io.apexproxy.config.etcd;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigTree;

/** What the keys at one revision mean. */
sealed interface ReadResult {

    /** Returns etcd's count of changes at that moment. */
    long revision();

    /** Tells the observer. */
    void tell(ConfigSource.Observer observer);

    /** Tells whether somebody who knows the other needs not be told of this. */
    boolean isAsGoodAs(ReadResult other);

    /** Returns the tree, or throws what is wrong. */
    ConfigTree.Table orThrow();

    static ReadResult of(long revision, ConfigTree.Table tree) {
        return new Parsed(revision, tree);
    }

    static ReadResult of(long revision, ConfigException problem) {
        return new Failed(revision, problem);
    }

    /** All documents are well-formed. */
    record Parsed(long revision, ConfigTree.Table tree) implements ReadResult {

        @Override
        public void tell(ConfigSource.Observer observer) {
            observer.changed(tree);
        }

        @Override
        public boolean isAsGoodAs(ReadResult other) {
            return other instanceof Parsed parsed && parsed.tree.equals(tree);
        }

        @Override
        public ConfigTree.Table orThrow() {
            return tree;
        }
    }

    /** Some are not, or etcd refuses to give them. */
    record Failed(long revision, ConfigException problem) implements ReadResult {

        @Override
        public void tell(ConfigSource.Observer observer) {
            observer.failed(problem);
        }

        @Override
        public boolean isAsGoodAs(ReadResult other) {
            return other instanceof Failed failed && failed.problem.getMessage().equals(problem.getMessage());
        }

        @Override
        public ConfigTree.Table orThrow() {
            throw problem;
        }
    }
}
