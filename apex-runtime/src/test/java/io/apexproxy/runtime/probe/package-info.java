/** Tests of connections of plugins to backends, over real sockets. */
package io.apexproxy.runtime.probe;
