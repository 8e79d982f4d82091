import time, pytest, importlib
from tests.community import test_pages as TP
from app.community import queries, service
from app.kernel.db import db
import sqlalchemy as sa
def test_x(app, alice, alice_client, bob):
    F=importlib.import_module("app.community.queries.feed"); T=importlib.import_module("app.community.queries.thread")
    a=time.perf_counter(); code=TP.a_crowd(alice,10000,10000); print("crowd",time.perf_counter()-a)
    service.follow(bob.id, alice.yid)
    if db.engine.dialect.name=="postgresql": db.session.execute(sa.text("analyze")); db.session.commit()
    bid=queries.boards()[0].id; key=F.write_key(F.feed(None,limit=9000).items[-1]); tid=T.find_thread(code,None).id
    for name,f in {"home":lambda:F.feed(alice.id),"deep":lambda:F.feed(alice.id,after=key),"follow":lambda:F.feed(bob.id,followed_by=bob.id),"board":lambda:F.feed(alice.id,board_id=bid),"author":lambda:F.feed(None,author_id=alice.id),"boards":queries.board_list,"thread":lambda:T.find_thread(code,alice.id),"replies":lambda:T.replies(tid,400,alice.id),"writers":lambda:queries.active_writers(None)}.items():
        a=time.perf_counter(); f(); b=time.perf_counter(); f(); print(name,round((b-a)*1e3,1),round((time.perf_counter()-b)*1e3,1),"ms")
    from sqlalchemy import event
    seen=[]
    def note(c,cur,st,pa,*_): seen.append((st,pa))
    event.listen(db.engine,"before_cursor_execute",note)
    for f in (lambda:F.feed(None,after=key),lambda:F.feed(None,followed_by=bob.id),queries.board_list,lambda:T.replies(tid,400,None),lambda:queries.active_writers(None)):
        seen.clear(); f(); st,pa=seen[0]
        p="EXPLAIN QUERY PLAN " if db.engine.dialect.name=="sqlite" else "EXPLAIN "
        print("----"); print("\n".join(str(tuple(r)) for r in db.session.connection().exec_driver_sql(p+st,pa)))
    event.remove(db.engine,"before_cursor_execute",note)
    assert 0
