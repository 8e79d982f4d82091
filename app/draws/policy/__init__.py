"""Rules of draws that need no database: chance, checklist, floors, who may play."""
