/** Tests of the access log and its queue. */
package io.apexproxy.runtime.relay.record;
